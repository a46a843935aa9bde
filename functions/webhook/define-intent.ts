import { defineIntent as define, type IntentDefinition } from '../../shared/intents/define-intent.ts'
import type { WebhookContext } from './webhook-context.ts'

/** One intent of the agent, and what answers it: see `IntentDefinition`. Its handler is given a {@link WebhookContext}. */
export const defineIntent = (definition: IntentDefinition<WebhookContext>): IntentDefinition<WebhookContext> =>
  define(definition)
