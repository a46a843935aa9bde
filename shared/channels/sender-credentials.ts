import * as z from 'zod/mini'
import { fail, ok, type Result } from '../runtime/result.ts'
import { PHONE_NUMBER } from './phone-number.ts'

/** A bot's registration. Without a tenant it is a multi-tenant bot, whose tokens the Bot Framework's own tenant gives. */
export type TeamsCredentials = {
  readonly appId: string
  readonly appPassword: string
  readonly tenant?: string | undefined
}

export type TwilioCredentials = { readonly accountSid: string; readonly authToken: string }

/** What the deployment sends with. Secret. */
export type ChannelCredentials = {
  /** Bot tokens by workspace, `T…`. */
  readonly slack: ReadonlyMap<string, string>
  /** By the bot's id, `28:…`. */
  readonly microsoftTeams: ReadonlyMap<string, TeamsCredentials>
  /** By the deployment's own number, with `whatsapp:` before it where it is WhatsApp. */
  readonly twilio: ReadonlyMap<string, TwilioCredentials>
}

const form = (pattern: RegExp) => z.string().check(z.regex(pattern))

/** Printable and without spaces, so that no header can be broken by it. */
const SECRET = /^[\x21-\x7e]{8,512}$/

const shape = z.strictObject({
  slack: z.optional(z.record(form(/^[TE][A-Z0-9]{2,20}$/), form(/^xoxb-[A-Za-z0-9-]{1,200}$/))),
  microsoft_teams: z.optional(
    z.record(
      form(/^28:[A-Za-z0-9_-]{1,200}$/),
      z.strictObject({
        appId: form(/^[0-9a-fA-F-]{36}$/),
        appPassword: form(SECRET),
        tenant: z.optional(form(/^[A-Za-z0-9.-]{1,100}$/)),
      }),
    ),
  ),
  twilio: z.optional(
    z.record(
      form(new RegExp(`^(?:whatsapp:)?${PHONE_NUMBER.source.slice(1)}`)),
      z.strictObject({ accountSid: form(/^AC[0-9a-f]{32}$/), authToken: form(SECRET) }),
    ),
  ),
})

/**
 * Reads the text of `CHANNEL_CREDENTIALS`, which is a secret:
 * `{"slack": {"T…": "xoxb-…"}, "microsoft_teams": {"28:…": {"appId", "appPassword", "tenant"?}}, "twilio": {"+1555…": {"accountSid", "authToken"}}}`.
 *
 * @returns every problem by its path, entries by position: even a key may be a secret in the wrong place
 */
export const parseChannelCredentials = (text: string): Result<ChannelCredentials, readonly string[]> => {
  const json = jsonOf(text)
  const parsed = shape.safeParse(json)
  if (!parsed.success) {
    return fail([...new Set(parsed.error.issues.map(({ path }) => `${pathIn(json, path)} is not as documented`))])
  }
  const { slack = {}, microsoft_teams = {}, twilio = {} } = parsed.data
  return ok({
    slack: new Map(Object.entries(slack)),
    microsoftTeams: new Map(Object.entries(microsoft_teams)),
    twilio: new Map(Object.entries(twilio)),
  })
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `twilio[1].authToken`. */
const pathIn = (json: unknown, [channel, entry, field]: readonly PropertyKey[]): string => {
  if (channel === undefined) return 'the text'
  if (entry === undefined) return String(channel)
  const entries = Object.keys(Object(Reflect.get(Object(json), channel)))
  const position = `${String(channel)}[${entries.indexOf(String(entry))}]`
  return field === undefined ? position : `${position}.${String(field)}`
}
