import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../../shared/runtime/json.ts'
import { object, objects } from '../json-object.ts'
import { type AgentIntent, parametersIn } from './agent.ts'
import type { ChannelUser } from './channel-user.ts'

export type Dialect = 'es' | 'cx'

const CX_AGENT = 'locations/global/agents/7a1f2f0c-6f0a-4f4e-9a53-3d8f8f1f0c11'

export interface ConversationOptions {
  readonly languageCode?: string
  /** Who speaks, ES; somebody in the console by default. */
  readonly user?: ChannelUser
}

/** CX: a parameter of an intent, as it was said and as it was understood. */
const resolved = (parameters: Readonly<Record<string, string>>): JsonObject =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, { originalValue: value, resolvedValue: value }]),
  )

/**
 * One conversation with the emulated agent: makes the bodies that Dialogflow would send, and remembers between them
 * what Dialogflow would.
 */
export class Conversation {
  readonly dialect: Dialect
  readonly #agent: string
  readonly #session: string
  readonly #languageCode: string
  readonly #origin: JsonObject
  /** ES, by resource name. */
  readonly #contexts = new Map<string, JsonObject>()
  /** CX */
  #parameters: JsonObject = {}

  constructor(dialect: Dialect, project: string, options: ConversationOptions = {}) {
    const { languageCode = 'en', user } = options
    this.dialect = dialect
    this.#agent = `projects/${project}/${dialect === 'es' ? 'agent' : CX_AGENT}`
    this.#session = `${this.#agent}/sessions/${randomUUID()}`
    this.#languageCode = languageCode
    this.#origin = user?.origin ?? { source: 'DIALOGFLOW_CONSOLE', payload: {} }
  }

  /** The body of the call to the webhook when a user has said `text` and that matched `intent`. */
  request(text: string, intent: AgentIntent): JsonObject {
    return this.dialect === 'es' ? this.#esRequest(text, intent) : this.#cxRequest(text, intent)
  }

  /** Takes in what the webhook changed: contexts in ES, session parameters in CX. */
  remember(response: JsonObject): void {
    for (const [name, context] of this.#contexts) {
      const left = Number(context.lifespanCount ?? 0) - 1
      if (left > 0) this.#contexts.set(name, { ...context, lifespanCount: left })
      else this.#contexts.delete(name)
    }
    for (const context of objects(response.outputContexts)) {
      if (Number(context.lifespanCount ?? 0) > 0) this.#contexts.set(String(context.name), context)
      else this.#contexts.delete(String(context.name))
    }
    const changed = { ...this.#parameters, ...object(object(response.sessionInfo).parameters) }
    this.#parameters = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== null))
  }

  #esRequest(text: string, { id, displayName, action, isFallback }: AgentIntent): JsonObject {
    const counters = {
      name: `${this.#session}/contexts/__system_counters__`,
      parameters: { 'no-input': 0, 'no-match': isFallback ? 1 : 0 },
    }
    return {
      responseId: `${randomUUID()}-afbcf665`,
      queryResult: {
        queryText: text,
        action,
        parameters: parametersIn(text),
        allRequiredParamsPresent: true,
        outputContexts: [...this.#contexts.values(), counters],
        intent: { name: `${this.#agent}/intents/${id}`, displayName, ...(isFallback && { isFallback }) },
        intentDetectionConfidence: 1,
        languageCode: this.#languageCode,
        sentimentAnalysisResult: { queryTextSentiment: { score: 0.2, magnitude: 0.2 } },
      },
      originalDetectIntentRequest: this.#origin,
      session: this.#session,
    }
  }

  #cxRequest(text: string, { id, displayName, tag }: AgentIntent): JsonObject {
    return {
      detectIntentResponseId: randomUUID(),
      intentInfo: {
        lastMatchedIntent: `${this.#agent}/intents/${id}`,
        displayName,
        parameters: resolved(parametersIn(text)),
        confidence: 1,
      },
      pageInfo: {
        currentPage: `${this.#agent}/flows/00000000-0000-0000-0000-000000000000/pages/START_PAGE`,
        displayName: 'Start Page',
      },
      sessionInfo: { session: this.#session, parameters: this.#parameters },
      fulfillmentInfo: { tag },
      text,
      languageCode: this.#languageCode,
      languageInfo: { inputLanguageCode: this.#languageCode, resolvedLanguageCode: this.#languageCode },
    }
  }
}
