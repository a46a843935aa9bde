import type { ChannelAccount } from './channel.ts'

/** A sign-in link goes to its user alone, and only where it can be opened. */
export const takesSignInLinks = ({ audience, shows }: ChannelAccount): boolean =>
  audience === 'direct' && shows.links !== 'none'
