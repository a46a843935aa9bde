import { signedOutReply } from '../account-replies.ts'
import { defineIntent } from '../define-intent.ts'

/** Revokes the user's tokens at the calendar's provider and forgets them. */
export const signMeOut = defineIntent({
  displayName: 'account.sign_out',
  tag: 'account.sign_out',
  handle: async ({ parameters }, { resetTokens }) =>
    signedOutReply(await resetTokens(parameters.calendar === 'outlook' ? 'outlook' : 'google-calendar')),
})
