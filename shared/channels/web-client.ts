import type { Channel } from './channel.ts'
import { masked } from './masked.ts'

const MAX_LENGTH = 256

/** The application's own client, which proves its user by a session token and by nothing that it says itself. */
export const webClient: Channel = {
  name: 'web_client',
  integrated: false,
  recognise({ signedIn }) {
    if (signedIn === undefined) return undefined
    const { service, subject } = signedIn
    const bounded = [service, subject].every(part => part !== '' && part.length <= MAX_LENGTH)
    return {
      label: 'Web',
      user: bounded ? [service, subject] : undefined,
      masked: masked(subject),
      audience: 'direct',
      address: undefined,
      shows: { links: 'button', chips: true, maxLength: undefined },
    }
  },
}
