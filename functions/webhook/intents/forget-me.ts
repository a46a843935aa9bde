import { defineIntent } from '../define-intent.ts'

/** “Forget me”, at once. An agent that wants to be asked twice does so before it calls this. */
export const forgetMe = defineIntent({
  displayName: 'account.forget_me',
  tag: 'account.forget_me',
  handle: (_turn, { forgetUser }) => forgetUser(),
})
