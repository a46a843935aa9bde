import type { JsonObject, JsonValue } from '../runtime/json.ts'
import type { Session } from './session.ts'

/** Dialogflow's two products speak two formats: ES is `v2` and `v2beta1`, CX is `v3`. */
export type Dialect = 'es' | 'cx'

/**
 * One webhook call of Dialogflow, ES or CX, in one form.
 *
 * Dialogflow omits defaults (proto3 JSON), so a field that is absent, `null` or an empty string reads as `undefined`, an
 * absent list as `[]`, an absent map as `{}`, an absent flag as `false`. Whatever is not read here stands in `body`.
 */
export type Turn = {
  readonly dialect: Dialect
  /** The API version as far as the body shows it: an ES body says `v2beta1` only by a field that `v2` lacks. */
  readonly version: 'v2' | 'v2beta1' | 'v3'
  /** ES `responseId`, CX `detectIntentResponseId`: one per turn of the conversation, kept by Dialogflow's retries. */
  readonly responseId: string | undefined
  /**
   * Names this one call for *once only*: equal for a call and its retries, different for any other call. `undefined`
   * when the body names no response. Made of unbounded parts: hash it before it becomes a storage key.
   */
  readonly callKey: string | undefined
  readonly session: Session | undefined
  /** The language of the turn as Dialogflow names it (`en`, `fr-CA`, sometimes `en-us`). */
  readonly language: string | undefined
  /** CX `languageInfo`. */
  readonly languageInfo: LanguageInfo | undefined

  /** How the user's turn arrived, and with what. */
  readonly input: TurnInput | undefined
  /** The words the user typed or spoke; empty when the turn was an event, an intent or digits. */
  readonly text: string

  readonly intent: Intent | undefined
  /** ES: the action of the matched intent. */
  readonly action: string | undefined
  /** CX: the tag of the fulfillment that calls. */
  readonly tag: string | undefined
  /** Values that Dialogflow took from this turn: ES `queryResult.parameters`, CX the intent's resolved values. */
  readonly parameters: JsonObject
  /** CX: the user's own words for each of `parameters`. */
  readonly originalParameters: Readonly<Record<string, string>>
  /** CX `sessionInfo.parameters`. ES has none: the parameters of the context `session` (`SESSION_CONTEXT`) play them. */
  readonly sessionParameters: JsonObject
  /** ES: the active contexts. */
  readonly contexts: readonly Context[]
  /** CX: the page the conversation is on, with its form. */
  readonly page: Page | undefined
  /** ES: every required parameter has its value. */
  readonly allRequiredParamsPresent: boolean
  /** ES: the turn left an unfinished slot filling. */
  readonly cancelsSlotFilling: boolean

  /** What the agent itself would say: ES `fulfillmentMessages`, CX `messages`, as Dialogflow writes them. */
  readonly messages: readonly JsonObject[]
  /** ES: the same as one text. */
  readonly fulfillmentText: string | undefined
  readonly sentiment: Sentiment | undefined
  /** ES v2beta1: further query results from knowledge connectors, as Dialogflow writes them. */
  readonly alternativeQueryResults: readonly JsonObject[]
  /** ES v2beta1: answers from knowledge connectors, best first. */
  readonly knowledgeAnswers: readonly KnowledgeAnswer[]
  /** ES: what an earlier webhook call of the same turn said of itself. */
  readonly webhookSource: string | undefined
  readonly webhookPayload: JsonObject
  /** ES: free-form remarks of Dialogflow, webhook latency for example. */
  readonly diagnosticInfo: JsonObject

  /** ES: the integration the turn came through (`slack`, `facebook`, `DIALOGFLOW_CONSOLE`, …). */
  readonly source: string | undefined
  /** ES: the version of the integration's protocol. */
  readonly sourceVersion: string | undefined
  /** The integration's or client's own data: ES `originalDetectIntentRequest.payload`, CX `payload`. */
  readonly payload: JsonObject

  /** The whole request, unknown fields and all. */
  readonly body: JsonObject
}

/** What set the turn off. ES does not tell an event's name, and knows neither `intent` nor `dtmf`. */
export type TurnInput =
  | { readonly kind: 'text'; readonly text: string }
  /** Speech, transcribed. `confidence` (0 to 1) is told by ES only. */
  | { readonly kind: 'transcript'; readonly text: string; readonly confidence: number | undefined }
  | { readonly kind: 'event'; readonly event: string | undefined }
  /** An intent's resource name, triggered without words. */
  | { readonly kind: 'intent'; readonly intent: string }
  | { readonly kind: 'dtmf'; readonly digits: string }

export type Intent = {
  /** Resource name, `projects/…/intents/…`. */
  readonly name: string | undefined
  readonly displayName: string | undefined
  /** ES only. */
  readonly isFallback: boolean
  /** 0 (uncertain) to 1 (certain). */
  readonly confidence: number | undefined
}

export type Context = {
  /** Resource name, `{session}/contexts/{id}`. */
  readonly name: string
  /** The last part of `name`, lower case as Dialogflow keeps it. */
  readonly id: string
  /** Turns left. 0, Dialogflow's default, is written by leaving it out. */
  readonly lifespanCount: number
  readonly parameters: JsonObject
}

export type Page = {
  /** Resource name, `projects/…/flows/…/pages/…`. */
  readonly name: string | undefined
  readonly displayName: string | undefined
  readonly form: readonly FormParameter[]
}

export type FormParameter = {
  readonly displayName: string | undefined
  readonly required: boolean
  /** `EMPTY`, `INVALID` or `FILLED`. */
  readonly state: string | undefined
  readonly value: JsonValue | undefined
  /** Filled by this very turn. */
  readonly justCollected: boolean
}

/** Score from -1 (negative) to 1 (positive); magnitude from 0 up. */
export type Sentiment = { readonly score: number; readonly magnitude: number }

export type LanguageInfo = {
  readonly inputLanguageCode: string | undefined
  readonly resolvedLanguageCode: string | undefined
  readonly confidenceScore: number | undefined
}

export type KnowledgeAnswer = {
  /** Resource name of the document the answer comes from. */
  readonly source: string | undefined
  readonly faqQuestion: string | undefined
  readonly answer: string | undefined
  /** `LOW`, `MEDIUM` or `HIGH`. */
  readonly matchConfidenceLevel: string | undefined
  readonly matchConfidence: number | undefined
}
