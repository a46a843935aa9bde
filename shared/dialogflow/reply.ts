import type { JsonObject, JsonValue } from '../runtime/json.ts'
import type { Localized } from './localized.ts'
import type { Dialect } from './turn.ts'

/**
 * What a handler answers: a list of parts, plain data in the order they were said. An empty list lets the agent's own
 * response stand. Being plain data, a Reply survives JSON: what comes back from storage is a Reply again.
 */
export type Reply = { readonly parts: readonly ReplyPart[] }

/** What the user sees or hears. */
export type MessagePart =
  | { readonly kind: 'text'; readonly text: Localized }
  | { readonly kind: 'ssml'; readonly ssml: Localized }
  | { readonly kind: 'suggestions'; readonly suggestions: readonly Localized[] }
  | ({ readonly kind: 'card' } & Card)
  | ({ readonly kind: 'link' } & Link)
  | ({ readonly kind: 'image' } & Image)
  | { readonly kind: 'payload'; readonly payload: JsonObject }

/** What the agent remembers or does next. */
export type EffectPart =
  | { readonly kind: 'session_parameters'; readonly parameters: JsonObject }
  | { readonly kind: 'context'; readonly id: string; readonly lifespanCount: number; readonly parameters: JsonObject }
  | { readonly kind: 'event'; readonly event: string; readonly parameters: JsonObject; readonly language?: string }
  | { readonly kind: 'page'; readonly page: string }
  | { readonly kind: 'flow'; readonly flow: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'live_agent'; readonly metadata: JsonObject }
  | { readonly kind: 'fields'; readonly dialect: Dialect; readonly fields: JsonObject }

export type ReplyPart = MessagePart | EffectPart
export type ReplyPartKind = ReplyPart['kind']

export type Link = { readonly label: Localized; readonly url: string }
export type Image = { readonly url: string; readonly description?: Localized }
export type Card = {
  readonly title: Localized
  readonly subtitle?: Localized
  readonly imageUrl?: string
  readonly links?: readonly Link[]
}

/**
 * Begins a reply:
 *
 *     reply().text({ en: 'Hello!', fr: 'Bonjour !' }).suggestions('Opening hours', 'Sign in')
 *
 * Every method returns a new reply and leaves the old one as it was.
 */
export function reply(): ReplyBuilder {
  return new ReplyBuilder([])
}

export class ReplyBuilder implements Reply {
  readonly parts: readonly ReplyPart[]

  constructor(parts: readonly ReplyPart[]) {
    this.parts = parts
  }

  /**
   * One message of words. Languages can come together, `text({ en: 'Hello', fr: 'Bonjour' })`, or one after the other,
   * `text('Hello', 'en').text('Bonjour', 'fr')`: a text in a language that the message just before it lacks is the same
   * message in that language. Which is said depends on the turn's language (`localize`).
   */
  text(text: Localized): ReplyBuilder
  text(text: string, language: string): ReplyBuilder
  text(text: Localized, language?: string): ReplyBuilder {
    if (language === undefined || typeof text !== 'string') return this.#with({ kind: 'text', text })
    const last = this.parts.at(-1)
    const joins = last?.kind === 'text' && typeof last.text !== 'string' && !Object.hasOwn(last.text, language)
    return joins
      ? new ReplyBuilder([...this.parts.slice(0, -1), { kind: 'text', text: { ...last.text, [language]: text } }])
      : this.#with({ kind: 'text', text: { [language]: text } })
  }

  /** What a voice says in place of the texts: `<speak>…</speak>`. */
  ssml(ssml: Localized): ReplyBuilder {
    return this.#with({ kind: 'ssml', ssml })
  }

  /** Chips the user can press instead of typing. */
  suggestions(...suggestions: readonly Localized[]): ReplyBuilder {
    return this.#with({ kind: 'suggestions', suggestions })
  }

  card(card: Card): ReplyBuilder {
    return this.#with({ kind: 'card', ...card })
  }

  /** A button that opens a page. */
  link(label: Localized, url: string): ReplyBuilder {
    return this.#with({ kind: 'link', label, url })
  }

  image(url: string, description?: Localized): ReplyBuilder {
    return this.#with({ kind: 'image', url, ...(description !== undefined && { description }) })
  }

  /** A message in an integration's own format, passed on untouched. */
  payload(payload: JsonObject): ReplyBuilder {
    return this.#with({ kind: 'payload', payload })
  }

  /** Remembers a value for the rest of the session; `null` forgets it. In ES it lives in the context `session`. */
  sessionParameter(name: string, value: JsonValue): ReplyBuilder {
    return this.sessionParameters({ [name]: value })
  }

  /** Several of them at once. */
  sessionParameters(parameters: JsonObject): ReplyBuilder {
    return this.#with({ kind: 'session_parameters', parameters })
  }

  /** ES: makes a context active for `lifespanCount` turns, or, while it is active, replaces it. */
  context(id: string, lifespanCount: number, parameters: JsonObject = {}): ReplyBuilder {
    return this.#with({ kind: 'context', id, lifespanCount, parameters })
  }

  /** ES: ends a context. */
  removeContext(id: string): ReplyBuilder {
    return this.context(id, 0)
  }

  /** ES: has Dialogflow match this event at once. It then ignores what else the reply says. */
  event(event: string, parameters: JsonObject = {}, language?: string): ReplyBuilder {
    return this.#with({ kind: 'event', event, parameters, ...(language !== undefined && { language }) })
  }

  /** CX: goes on at a page, by resource name or, within the flow of the turn, by its id or keyword (`START_PAGE`). */
  toPage(page: string): ReplyBuilder {
    return this.#with({ kind: 'page', page })
  }

  /** CX: goes on in a flow, by resource name or, within the agent, by its id. */
  toFlow(flow: string): ReplyBuilder {
    return this.#with({ kind: 'flow', flow })
  }

  /** Ends the conversation. */
  end(): ReplyBuilder {
    return this.#with({ kind: 'end' })
  }

  /** Asks for a human. `metadata` is for one's own hand-off (CX only). */
  liveAgent(metadata: JsonObject = {}): ReplyBuilder {
    return this.#with({ kind: 'live_agent', metadata })
  }

  /**
   * Fields of one dialect's WebhookResponse that this builder has no word for; the other dialect leaves them out. They
   * are merged into what the builder writes:
   * `fields('cx', { fulfillmentResponse: { mergeBehavior: 'REPLACE' } })`, `fields('es', { sessionEntityTypes: […] })`.
   */
  fields(dialect: Dialect, fields: JsonObject): ReplyBuilder {
    return this.#with({ kind: 'fields', dialect, fields })
  }

  #with(part: ReplyPart): ReplyBuilder {
    return new ReplyBuilder([...this.parts, part])
  }
}
