import type { Html } from './html.ts'

/** Who wants what for whom, ready to stand in a sentence. */
export type Names = {
  readonly agent: Html
  readonly channel: Html
  /** The account in the channel, masked. */
  readonly account: Html
  readonly service: Html
}

/** A page that only says something. */
export type NoticeText = { readonly title: string; readonly text: string }

export type NoticeName =
  | 'disowned'
  /** "This wasn't me", said of a sign-in that is over. Its code may have been typed: nothing may be promised. */
  | 'tooLate'
  | 'linkUnknown'
  | 'linkUsed'
  | 'callbackUnknown'
  | 'otherBrowser'
  | 'mixedUp'
  | 'declined'
  | 'providerFailed'
  | 'userUnproven'
  | 'crossSite'
  | 'badRequest'
  | 'notFound'
  | 'failed'

/** All that the pages say, in one language. */
export type Texts = {
  /** The page of the link, before anything has begun. */
  readonly link: {
    readonly title: string
    readonly asks: (names: Names) => Html
    readonly rows: Readonly<Record<keyof Names, string>>
    readonly isItYou: string
    readonly goOn: string
  }
  /** The page with the code. */
  readonly code: {
    readonly title: string
    readonly where: (names: Names) => Html
    readonly validity: (minutes: number) => string
    readonly secrecy: string
    /** @param account the one at the provider, masked; where it is known */
    readonly signedIn: (service: Html, account: Html | undefined) => Html
    readonly isItYou: string
  }
  /** The button against both. */
  readonly disown: string
  readonly tryAgain: string
  readonly notices: Readonly<Record<NoticeName, NoticeText>>
}
