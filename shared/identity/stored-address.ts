import * as z from 'zod/mini'
import type { Address } from '../channels/address.ts'
import type { JsonObject } from '../runtime/json.ts'

/** JSON has no `undefined`. */
const orNull = z.pipe(
  z.nullable(z.string()),
  z.transform(value => value ?? undefined),
)

/** Reads what {@link storedAddress} has made. */
export const addressSchema: z.ZodMiniType<Address> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('slack'), team: z.string(), user: z.string(), channel: orNull }),
  z.object({
    kind: z.literal('microsoft_teams'),
    serviceUrl: z.string(),
    tenant: z.string(),
    user: z.string(),
    bot: z.string(),
    conversation: orNull,
  }),
  z.object({ kind: z.literal('twilio'), to: z.string(), from: z.string() }),
])

/** An address as JSON. */
export const storedAddress = (address: Address): JsonObject => {
  switch (address.kind) {
    case 'slack':
      return { ...address, channel: address.channel ?? null }
    case 'microsoft_teams':
      return { ...address, conversation: address.conversation ?? null }
    case 'twilio':
      return { ...address }
  }
}
