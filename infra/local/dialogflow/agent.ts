/** An intent of the emulated agent, under the names that the webhook's handlers know it by. */
export interface AgentIntent {
  /** The last part of its resource name. */
  readonly id: string
  readonly displayName: string
  /** ES */
  readonly action: string
  /** CX */
  readonly tag: string
  readonly isFallback: boolean
  /** What the agent says itself when the webhook says nothing or fails. */
  readonly ownResponse: string
}

const intent = (displayName: string, tag: string, id: string, more: Partial<AgentIntent> = {}): AgentIntent => ({
  id,
  displayName,
  action: '',
  tag,
  isFallback: false,
  ownResponse: 'Sorry, that does not work at the moment.',
  ...more,
})

const fallback = intent('Default Fallback Intent', 'fallback', 'b3ab2d7c-2bd3-4ef7-8f1c-1f0a7a3f2a55', {
  action: 'input.unknown',
  isFallback: true,
  ownResponse: 'I missed that, say that again?',
})

/** Training phrases, such as they are, and what they match. */
const trained: readonly (readonly [RegExp, AgentIntent])[] = [
  [
    /^(hi|hello|hey|good (morning|evening)|bonjour|salut|hallo|guten tag|hola)\b/i,
    // The reference's walk: its id and its action.
    intent('Default Welcome Intent', 'welcome', '399277d6-2ed7-4329-840d-8baa0f60480e', {
      action: 'input.welcome',
      ownResponse: 'Greetings!',
    }),
  ],
  [/\b(book|appointment)/i, intent('Book Appointment', 'book-appointment', '0d0c2f7e-6a3c-4f6f-9f42-6a2d6c6bb2c1')],
  [/\b(hours|open|find you)\b/i, intent('Opening Hours', 'opening-hours', '5d3d54d7-5ff5-4d70-9a4c-6c1b0c6c7f10')],
  [/\bmeeting\b/i, intent('account.next_meeting', 'account.next_meeting', '6e9d1f0a-54c5-4a87-8a6b-0fd2d1a3c9b7')],
  [/\border\b/i, intent('account.order_status', 'account.order_status', '1b7c52de-8f0e-4c0f-9a70-2f5a0b8c6e13')],
  [/\bsign me out\b/i, intent('account.sign_out', 'account.sign_out', 'c2f5b9a4-33d1-4b5e-8c1c-7e4f9d0a6b28')],
  [/\bunlink my account\b/i, intent('account.unlink', 'account.unlink', '6f7a1f64-70a5-4f43-8d35-2a3b58f7c0e1')],
  [/\blink my account\b/i, intent('account.link', 'account.link', '0f3c2a7e-9a1d-4d0b-8a56-4be1d2c7f5a3')],
  [/\bforget me\b/i, intent('account.forget_me', 'account.forget_me', '8d1b6e52-3c4f-4a9e-b7a0-5f2c9e6d1a47')],
  [
    /\bexport my data\b/i,
    intent('account.export_my_data', 'account.export_my_data', 'e4a9d3c8-6b2f-4e1a-9c5d-7f8b0a3e2d16'),
  ],
  // No handler answers this one: the agent's own response stays.
  [
    /\b(thanks|thank you)\b/i,
    intent('Thank You', 'thank-you', 'a0a9c5a7-0f0c-4d8f-8a53-d9b6bb6c2f4e', { ownResponse: 'You are welcome.' }),
  ],
]

/** What the agent's entities find in a text: a calendar by its maker, the number of an order. */
export const parametersIn = (text: string): Readonly<Record<string, string>> => {
  const [order] = /\b\d{4}\b/.exec(text) ?? []
  return { ...(/\boutlook\b/i.test(text) && { calendar: 'outlook' }), ...(order !== undefined && { order }) }
}

/** Matches what a user typed, as far as a few words can. */
export const matchIntent = (text: string): AgentIntent =>
  trained.find(([phrases]) => phrases.test(text.trim()))?.[1] ?? fallback
