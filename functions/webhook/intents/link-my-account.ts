import { defineIntent } from '../define-intent.ts'

/** “Link my account”: one user over several channels, also after “never link this account”. */
export const linkMyAccount = defineIntent({
  displayName: 'account.link',
  tag: 'account.link',
  handle: (_turn, { linkChannelAccount }) => linkChannelAccount(),
})
