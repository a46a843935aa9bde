/** Who speaks, and where. All three are keys that other rooms make; here they are opaque text, compared exactly. */
export type Speaker = {
  /** Whose accounts at providers are meant: a unified user, or a channel account that stands alone. */
  readonly user: string
  /** The channel account that writes; never a conversation, which others can take part in. */
  readonly sender: string
  readonly conversation: string
  /** Nothing but the session vouches for them. What they link is kept for a day at most: by then the session is over. */
  readonly sessionOnly?: boolean
}

/** What the sign-in pages say of the conversation, so that whoever was sent somebody else's link sees that it is not theirs. */
export type Shown = {
  /** The agent's name. */
  readonly agent: string
  /** The channel's name: Slack, for example. */
  readonly channel: string
  /** The channel account, masked. */
  readonly account: string
  /** BCP 47. */
  readonly language: string
}
