import { reply } from '../../../shared/dialogflow/reply.ts'
import { defineIntent } from '../define-intent.ts'

/** What the user hears when the agent matched nothing. */
export const defaultFallbackIntent = defineIntent({
  displayName: 'Default Fallback Intent',
  action: 'input.unknown',
  tag: 'fallback',
  idempotent: true,
  handle: () =>
    reply().text({
      en: 'I did not get that. Could you say it another way?',
      fr: 'Je n’ai pas compris. Pouvez-vous le dire autrement ?',
      de: 'Das habe ich nicht verstanden. Können Sie es anders sagen?',
      es: 'No le he entendido. ¿Puede decirlo de otra manera?',
    }),
})
