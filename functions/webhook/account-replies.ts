import type { Localized } from '../../shared/dialogflow/localized.ts'
import { type Reply, reply } from '../../shared/dialogflow/reply.ts'
import type { ResetOutcome } from '../../shared/oauth/reset-tokens.ts'
import type { SignInOutcome } from '../../shared/oauth/sign-in-outcome.ts'
import type { CodeOutcome } from '../../shared/oauth/submit-code.ts'

const say = (text: Localized): Reply => reply().text(text)

/** The log has the reason. */
const unreachable = say({
  en: 'I cannot reach your account at the moment. Please try again later.',
  fr: 'Je n’arrive pas à accéder à votre compte pour le moment. Réessayez plus tard.',
  de: 'Ich erreiche Ihr Konto gerade nicht. Bitte versuchen Sie es später noch einmal.',
  es: 'Ahora no puedo acceder a su cuenta. Inténtelo más tarde.',
})

/** What the user hears instead of what they asked for. */
export const signInReply = (outcome: SignInOutcome): Reply => {
  switch (outcome.outcome) {
    case 'signIn':
      return reply()
        .text({
          en: 'For that you have to sign in. Open the link, and then type here the code that it shows.',
          fr: 'Pour cela, vous devez vous connecter. Ouvrez le lien, puis saisissez ici le code affiché.',
          de: 'Dafür müssen Sie sich anmelden. Öffnen Sie den Link, und tippen Sie dann hier den Code ein, den er zeigt.',
          es: 'Para eso debe iniciar sesión. Abra el enlace y escriba aquí el código que muestra.',
        })
        .link({ en: 'Sign in', fr: 'Se connecter', de: 'Anmelden', es: 'Iniciar sesión' }, outcome.linkUrl)
        .suggestions({ en: 'Cancel', fr: 'Annuler', de: 'Abbrechen', es: 'Cancelar' })
    case 'notPrivate':
      return say({
        en: 'For that you have to sign in, which works only where nobody else reads along: write to me directly.',
        fr: 'Pour cela, vous devez vous connecter, ce qui n’est possible qu’en privé : écrivez-moi directement.',
        de: 'Dafür müssen Sie sich anmelden, und das geht nur, wo niemand mitliest: Schreiben Sie mir direkt.',
        es: 'Para eso debe iniciar sesión, y solo es posible en privado: escríbame directamente.',
      })
    case 'textReceived':
      return say({
        en: 'I am waiting for the code that your browser shows. Type it here, or say “cancel”.',
        fr: 'J’attends le code affiché dans votre navigateur. Saisissez-le ici, ou dites « annuler ».',
        de: 'Ich warte auf den Code, den Ihr Browser zeigt. Tippen Sie ihn hier ein, oder sagen Sie „abbrechen“.',
        es: 'Espero el código que muestra su navegador. Escríbalo aquí o diga «cancelar».',
      })
    case 'cancelled':
      return say({
        en: 'You are not signed in. Ask again whenever you like.',
        fr: 'Vous n’êtes pas connecté. Demandez-le à nouveau quand vous voulez.',
        de: 'Sie sind nicht angemeldet. Fragen Sie wieder, wann Sie möchten.',
        es: 'No ha iniciado sesión. Vuelva a pedirlo cuando quiera.',
      })
    case 'failed':
      return unreachable
  }
}

/** What the user hears of the code that they typed; `undefined` if the message was none, or if their turn is replayed. */
export const codeReply = (outcome: CodeOutcome): Reply | undefined => {
  switch (outcome.outcome) {
    case 'none':
      return undefined
    case 'accepted':
      return say({
        en: 'You are signed in.',
        fr: 'Vous êtes connecté.',
        de: 'Sie sind angemeldet.',
        es: 'Ha iniciado sesión.',
      })
    case 'expired':
      return say({
        en: 'This code is no longer valid. Ask again, and you will get a new link.',
        fr: 'Ce code n’est plus valable. Refaites votre demande pour recevoir un nouveau lien.',
        de: 'Dieser Code gilt nicht mehr. Fragen Sie noch einmal, dann bekommen Sie einen neuen Link.',
        es: 'Este código ya no es válido. Vuelva a pedirlo y recibirá un enlace nuevo.',
      })
    case 'wrong':
      return outcome.attemptsLeft === 0
        ? say({
            en: 'That was not the code either. Ask again, and you will get a new link.',
            fr: 'Ce n’était toujours pas le bon code. Refaites votre demande pour recevoir un nouveau lien.',
            de: 'Auch das war nicht der Code. Fragen Sie noch einmal, dann bekommen Sie einen neuen Link.',
            es: 'Tampoco era el código. Vuelva a pedirlo y recibirá un enlace nuevo.',
          })
        : say({
            en: 'That is not the code. Look at your browser and type it once more.',
            fr: 'Ce n’est pas le bon code. Regardez votre navigateur et saisissez-le de nouveau.',
            de: 'Das ist nicht der Code. Sehen Sie in Ihrem Browser nach, und tippen Sie ihn noch einmal.',
            es: 'Ese no es el código. Mire su navegador y escríbalo otra vez.',
          })
  }
}

/** What the user hears who signed out. */
export const signedOutReply = ({ outcome }: ResetOutcome): Reply => {
  switch (outcome) {
    case 'revoked':
    case 'pending':
      return say({
        en: 'You are signed out.',
        fr: 'Vous êtes déconnecté.',
        de: 'Sie sind abgemeldet.',
        es: 'Ha cerrado la sesión.',
      })
    case 'notRevocable':
      return say({
        en: 'You are signed out here. Your account’s own page shows what still has access to it.',
        fr: 'Vous êtes déconnecté ici. La page de votre compte montre ce qui y a encore accès.',
        de: 'Sie sind hier abgemeldet. Die Seite Ihres Kontos zeigt, was noch Zugriff darauf hat.',
        es: 'Ha cerrado la sesión aquí. La página de su cuenta muestra qué tiene todavía acceso.',
      })
    case 'nothing':
      return say({
        en: 'You were not signed in.',
        fr: 'Vous n’étiez pas connecté.',
        de: 'Sie waren nicht angemeldet.',
        es: 'No había iniciado sesión.',
      })
    case 'failed':
      return unreachable
  }
}
