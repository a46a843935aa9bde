import type { Localized } from '../dialogflow/localized.ts'

/** What the user hears when there is no answer in time, or none at all. It says nothing of what was or was not done. */
export const fallbackText: Localized = {
  en: 'Sorry, I could not finish that. Please ask me again in a moment.',
  fr: 'Désolé, je n’ai pas pu terminer. Posez-moi à nouveau la question dans un instant.',
  de: 'Das konnte ich leider nicht abschließen. Bitte fragen Sie mich gleich noch einmal.',
  es: 'Lo siento, no he podido terminar. Vuelva a preguntarme dentro de un momento.',
}
