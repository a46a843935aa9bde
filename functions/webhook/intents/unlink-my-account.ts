import { defineIntent } from '../define-intent.ts'

/** “Unlink my account”: this channel account stands alone again. */
export const unlinkMyAccount = defineIntent({
  displayName: 'account.unlink',
  tag: 'account.unlink',
  handle: (_turn, { unlinkChannelAccount }) => unlinkChannelAccount(),
})
