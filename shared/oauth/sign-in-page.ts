import type { ProviderFailure } from './provider-failure.ts'
import type { SignIn } from './sign-in-record.ts'
import type { Shown } from './speaker.ts'

/** What a page says of a sign-in. */
export type SignInPage = Shown & {
  /** The service's name; of an authorization request its own. */
  readonly service: string
}

/** Why a browser's request is refused. For the page; the log has the same. */
export type SignInRefusal =
  /** No sign-in has this link: expired, replaced by a newer one, or never made. */
  (
    | { readonly code: 'link_unknown' }
    /** The link has done its work. */
    | { readonly code: 'link_used' }
    /** No sign-in waits for this callback: expired, replaced, or answered already. */
    | { readonly code: 'callback_unknown' }
    /** Another browser has started this sign-in, or its cookie was not sent. */
    | { readonly code: 'other_browser' }
    /** The callback of another service: RFC 9207 §1. */
    | { readonly code: 'service_mixed_up' }
    /** The user has refused, at the provider. */
    | { readonly code: 'declined' }
    | { readonly code: 'provider_failed'; readonly failure: ProviderFailure }
    /** The provider signed somebody in without saying who, or without asking for credentials although we did. */
    | { readonly code: 'user_unproven'; readonly reason: 'no_subject' | 'not_reauthenticated' }
  ) & {
    /** For the page's words; where the sign-in is known. */
    readonly page?: SignInPage
  }

export const pageOf = ({ stored }: SignIn): SignInPage => ({
  ...stored.shown,
  service: stored.callback.replace(/^~/, ''),
})
