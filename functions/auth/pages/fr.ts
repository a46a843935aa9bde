import { html } from './html.ts'
import type { Texts } from './texts.ts'

export const fr: Texts = {
  link: {
    title: 'Connexion pour votre conversation',
    asks: ({ agent, service }) =>
      html`<b>${agent}</b> souhaite utiliser votre compte chez <b>${service}</b>. La demande vient de cette conversation\u00a0:`,
    rows: { agent: 'Assistant', channel: 'Canal', account: 'Compte du canal', service: 'Connexion chez' },
    isItYou:
      'Est-ce votre conversation\u00a0? Si quelqu’un vous a envoyé ce lien, ou si vous n’avez rien demandé, choisissez «\u00a0Ce n’était pas moi\u00a0».',
    goOn: 'Oui, continuer',
  },
  code: {
    title: 'Saisissez ce code dans la conversation',
    where: ({ agent, channel, account }) =>
      html`Dans votre conversation avec <b>${agent}</b> sur <b>${channel}</b>, en tant que <b>${account}</b>.`,
    validity: minutes => `Valable ${minutes === 1 ? 'une minute' : `${minutes} minutes`}, affiché une seule fois`,
    secrecy: 'Ne le donnez à personne et ne le saisissez nulle part ailleurs. Personne ne vous le demandera jamais.',
    signedIn: (service, account) =>
      account === undefined
        ? html`Vous vous êtes connecté chez <b>${service}</b>.`
        : html`Vous vous êtes connecté chez <b>${service}</b> avec le compte <b>${account}</b>.`,
    isItYou:
      'Si ce n’est pas votre compte ou pas votre conversation, ou si vous n’avez rien demandé, annulez cette connexion.',
  },
  disown: 'Ce n’était pas moi',
  tryAgain: 'Réessayer',
  notices: {
    disowned: {
      title: 'La connexion est annulée',
      text: 'Rien n’a été associé à cette conversation. Si quelqu’un vous a envoyé le lien, ne suivez pas non plus le prochain. Vous pouvez fermer cette page.',
    },
    tooLate: {
      title: 'Cette connexion est terminée',
      text: 'Elle a expiré, elle a été annulée, ou son code a été saisi dans la conversation. Si vous avez donné le code à quelqu’un, ouvrez les paramètres de sécurité de votre compte et retirez-y l’accès.',
    },
    linkUnknown: {
      title: 'Ce lien ne fonctionne plus',
      text: 'Il a expiré, il a déjà servi, ou un lien plus récent l’a remplacé. Si vous avez vu un code, saisissez-le dans la conversation. Sinon, refaites-y votre demande pour recevoir un nouveau lien.',
    },
    linkUsed: {
      title: 'Ce lien a déjà servi',
      text: 'La connexion a continué dans un navigateur. Si vous y avez vu un code, saisissez-le dans la conversation. Sinon, refaites votre demande dans la conversation pour recevoir un nouveau lien.',
    },
    callbackUnknown: {
      title: 'Cette connexion ne peut pas continuer',
      text: 'Un code n’est affiché qu’une fois. Si vous l’avez vu, saisissez-le dans la conversation. Sinon, refaites votre demande dans la conversation pour recevoir un nouveau lien.',
    },
    otherBrowser: {
      title: 'Tout a commencé dans un autre navigateur',
      text: 'Une connexion se termine dans le navigateur où elle a commencé, et celui-ci doit accepter les cookies. Ouvrez de nouveau le lien de la conversation. Si vous n’en avez ouvert aucun, fermez cette page\u00a0: quelqu’un veut peut-être utiliser votre compte.',
    },
    mixedUp: {
      title: 'Cette réponse vient du mauvais endroit',
      text: 'Elle ne vient pas du service où vous deviez vous connecter. Rien n’a été associé. Refaites votre demande dans la conversation pour recevoir un nouveau lien.',
    },
    declined: {
      title: 'L’accès n’a pas été accordé',
      text: 'Vous avez refusé, et rien n’a été associé. Si c’était une erreur, refaites votre demande dans la conversation.',
    },
    providerFailed: {
      title: 'Le service de connexion n’est pas disponible',
      text: 'Il n’a pas répondu comme il le devrait, et rien n’a été associé. Attendez quelques minutes, puis refaites votre demande dans la conversation.',
    },
    userUnproven: {
      title: 'La connexion n’est pas complète',
      text: 'Le service n’a pas prouvé qui vous êtes\u00a0; rien n’a donc été associé. Refaites votre demande dans la conversation. Si cela se répète, prévenez les responsables de l’assistant.',
    },
    crossSite: {
      title: 'Commencez dans la conversation',
      text: 'Cette demande vient d’un autre site, ou d’un navigateur qui n’indique pas d’où elle vient. Ouvrez le lien de la conversation dans un navigateur à jour.',
    },
    badRequest: {
      title: 'La demande n’a pas été comprise',
      text: 'Ouvrez de nouveau le lien de la conversation.',
    },
    notFound: {
      title: 'Il n’y a rien ici',
      text: 'Ouvrez le lien exactement comme la conversation l’affiche.',
    },
    failed: {
      title: 'Un problème est survenu de notre côté',
      text: 'Vous n’y êtes pour rien. Réessayez dans quelques minutes.',
    },
  },
}
