import assert from 'node:assert/strict'
import type { Address } from '../../shared/channels/address.ts'
import type { ChannelAccount, ChannelName } from '../../shared/channels/channel.ts'

const AGENT = String.raw`projects/[\w:.-]+(?:/locations/[\w:.-]+)?/(?:agent|agents/[\w:.-]+)`

/** What the ids of a channel's users look like, written down a second time. A channel whose accounts have none is missing. */
const IDS: Readonly<Partial<Record<ChannelName, string>>> = {
  slack: String.raw`\["slack","[TE][A-Z0-9]{2,20}","[UW][A-Z0-9]{2,20}"\]`,
  microsoft_teams: String.raw`\["microsoft_teams","[0-9a-f-]{36}","[0-9a-f-]{36}"\]`,
  twilio: String.raw`\["twilio","(?:whatsapp:)?\+[1-9]\d{6,14}"\]`,
  facebook: String.raw`\["facebook","\d{4,32}","\d{4,32}"\]`,
  telegram: String.raw`\["telegram","[1-9]\d{0,15}"\]`,
  line: String.raw`\["line","${AGENT}","U[0-9a-f]{32}"\]`,
  viber: String.raw`\["viber","${AGENT}","[A-Za-z0-9+/]{12,64}={0,2}"\]`,
  google_chat: String.raw`\["google_chat","users/\d{1,32}"\]`,
}

/** Where a notification's sender would go with its credentials. */
const assertAddress = (address: Address): void => {
  for (const value of Object.values<string | undefined>(address)) {
    assert.match(value ?? 'none', /^[!-~]{2,600}$/, 'an address with other characters than addresses have')
  }
  if (address.kind === 'microsoft_teams') {
    const host = URL.parse(address.serviceUrl)?.host ?? ''
    assert.match(
      host,
      /^smba\.(?:trafficmanager\.net|infra\.(?:gcc|gov|dod)\.teams\.microsoft\.(?:com|us))$/,
      'an address of somebody else',
    )
  }
}

/** An account's id is the session's, or has the form of its channel's; and only whoever is vouched for can be reached. */
export const assertChannelAccount = (
  { channel, id, proof, address, masked }: ChannelAccount,
  session: string,
): void => {
  assert.match(masked, /^…[A-Za-z0-9]{0,4}$/, 'a mask that shows more than the end')
  if (address !== undefined) assertAddress(address)
  if (proof === 'session') {
    assert.deepEqual([id, address], [JSON.stringify(['session', session]), undefined], 'a session that says it is more')
  } else {
    assert.match(id, new RegExp(`^${IDS[channel ?? 'slack'] ?? 'nobody'}$`), 'an id without its form')
  }
}
