import { reply } from '../../../shared/dialogflow/reply.ts'
import { defineIntent } from '../define-intent.ts'

/** Greets the user: the intent of the walk in Google's mTLS guide, which every agent has from the start. */
export const defaultWelcomeIntent = defineIntent({
  displayName: 'Default Welcome Intent',
  action: 'input.welcome',
  tag: 'welcome',
  idempotent: true,
  handle: () =>
    reply()
      .text({
        en: 'Hello! Good to have you here. What can I do for you?',
        fr: 'Bonjour ! Ravi de vous voir. Que puis-je faire pour vous ?',
        de: 'Guten Tag! Schön, dass Sie da sind. Was kann ich für Sie tun?',
        es: '¡Hola! Me alegro de verle. ¿Qué puedo hacer por usted?',
      })
      .suggestions(
        { en: 'Opening hours', fr: 'Horaires', de: 'Öffnungszeiten', es: 'Horario' },
        { en: 'Book an appointment', fr: 'Prendre rendez-vous', de: 'Termin buchen', es: 'Pedir cita' },
      ),
})
