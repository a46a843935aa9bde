import { html } from './html.ts'
import type { Texts } from './texts.ts'

export const de: Texts = {
  link: {
    title: 'Anmelden für Ihren Chat',
    asks: ({ agent, service }) =>
      html`<b>${agent}</b> möchte Ihr Konto bei <b>${service}</b> verwenden. Die Bitte kommt aus diesem Chat:`,
    rows: { agent: 'Assistent', channel: 'Kanal', account: 'Konto im Chat', service: 'Anmelden bei' },
    isItYou:
      'Ist das Ihr Chat? Wenn jemand Ihnen diesen Link geschickt hat oder Sie um nichts gebeten haben, wählen Sie „Das war ich nicht“.',
    goOn: 'Ja, weiter',
  },
  code: {
    title: 'Tippen Sie diesen Code in den Chat',
    where: ({ agent, channel, account }) =>
      html`Er gehört in Ihren Chat mit <b>${agent}</b> auf <b>${channel}</b>, als <b>${account}</b>.`,
    validity: minutes =>
      `Gilt ${minutes === 1 ? 'eine Minute' : `${minutes} Minuten`} und wird nur dieses eine Mal gezeigt`,
    secrecy: 'Geben Sie ihn niemandem, und tippen Sie ihn nirgends sonst ein. Niemand wird Sie je danach fragen.',
    signedIn: (service, account) =>
      account === undefined
        ? html`Sie haben sich bei <b>${service}</b> angemeldet.`
        : html`Sie haben sich bei <b>${service}</b> als <b>${account}</b> angemeldet.`,
    isItYou:
      'Wenn das nicht Ihr Konto oder nicht Ihr Chat ist oder Sie um nichts gebeten haben, nehmen Sie die Anmeldung zurück.',
  },
  disown: 'Das war ich nicht',
  tryAgain: 'Noch einmal versuchen',
  notices: {
    disowned: {
      title: 'Die Anmeldung ist abgebrochen',
      text: 'Mit jenem Chat wurde nichts verknüpft. Wenn jemand Ihnen den Link geschickt hat, folgen Sie auch dem nächsten nicht. Sie können diese Seite schließen.',
    },
    tooLate: {
      title: 'Diese Anmeldung ist vorbei',
      text: 'Sie ist abgelaufen, wurde abgebrochen, oder ihr Code wurde im Chat eingetippt. Wenn Sie den Code jemandem gegeben haben, öffnen Sie die Sicherheitseinstellungen Ihres Kontos, und entfernen Sie dort den Zugriff.',
    },
    linkUnknown: {
      title: 'Dieser Link gilt nicht mehr',
      text: 'Er ist abgelaufen, hat seinen Zweck erfüllt, oder ein neuerer ist an seine Stelle getreten. Wenn Sie einen Code gesehen haben, tippen Sie ihn in den Chat. Sonst fragen Sie noch einmal im Chat, dann bekommen Sie einen neuen Link.',
    },
    linkUsed: {
      title: 'Dieser Link wurde schon verwendet',
      text: 'Die Anmeldung ging in einem Browser weiter. Wenn Sie dort einen Code gesehen haben, tippen Sie ihn in den Chat. Sonst fragen Sie noch einmal im Chat, dann bekommen Sie einen neuen Link.',
    },
    callbackUnknown: {
      title: 'Diese Anmeldung kann nicht weitergehen',
      text: 'Ein Code wird nur einmal gezeigt. Wenn Sie ihn gesehen haben, tippen Sie ihn in den Chat. Sonst fragen Sie noch einmal im Chat, dann bekommen Sie einen neuen Link.',
    },
    otherBrowser: {
      title: 'Das hat in einem anderen Browser begonnen',
      text: 'Eine Anmeldung muss in dem Browser enden, in dem sie begonnen hat, und der muss Cookies annehmen. Öffnen Sie den Link aus dem Chat noch einmal. Wenn Sie keinen geöffnet haben, schließen Sie diese Seite: Vielleicht möchte jemand Ihr Konto benutzen.',
    },
    mixedUp: {
      title: 'Diese Antwort kam von der falschen Stelle',
      text: 'Sie ist nicht von dem Dienst, bei dem Sie sich anmelden sollten. Es wurde nichts verknüpft. Fragen Sie noch einmal im Chat, dann bekommen Sie einen neuen Link.',
    },
    declined: {
      title: 'Der Zugriff wurde nicht erlaubt',
      text: 'Sie haben abgelehnt, und es wurde nichts verknüpft. Wenn das ein Versehen war, fragen Sie noch einmal im Chat.',
    },
    providerFailed: {
      title: 'Der Anmeldedienst ist nicht erreichbar',
      text: 'Er hat nicht so geantwortet, wie er sollte, und es wurde nichts verknüpft. Warten Sie ein paar Minuten, und fragen Sie dann noch einmal im Chat.',
    },
    userUnproven: {
      title: 'Die Anmeldung ist nicht vollständig',
      text: 'Der Dienst hat nicht bewiesen, wer Sie sind; darum wurde nichts verknüpft. Fragen Sie noch einmal im Chat. Wenn es dabei bleibt, sagen Sie es den Betreibern des Assistenten.',
    },
    crossSite: {
      title: 'Bitte beginnen Sie im Chat',
      text: 'Diese Anfrage kam von einer anderen Website oder von einem Browser, der nicht sagt, woher sie kam. Öffnen Sie den Link aus dem Chat in einem aktuellen Browser.',
    },
    badRequest: {
      title: 'Das wurde nicht verstanden',
      text: 'Öffnen Sie den Link aus dem Chat noch einmal.',
    },
    notFound: {
      title: 'Hier ist nichts',
      text: 'Öffnen Sie den Link genau so, wie ihn der Chat zeigt.',
    },
    failed: {
      title: 'Hier ist etwas schiefgegangen',
      text: 'Es liegt nicht an Ihnen. Bitte versuchen Sie es in ein paar Minuten noch einmal.',
    },
  },
}
