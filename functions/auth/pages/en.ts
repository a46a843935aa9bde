import { html } from './html.ts'
import type { Texts } from './texts.ts'

export const en: Texts = {
  link: {
    title: 'Sign in for your chat',
    asks: ({ agent, service }) =>
      html`<b>${agent}</b> would like to use your account at <b>${service}</b>. The request came from this chat:`,
    rows: { agent: 'Assistant', channel: 'Channel', account: 'Chat account', service: 'Sign in at' },
    isItYou: 'Is that your chat? If somebody sent you this link, or you asked for nothing, choose “This wasn’t me”.',
    goOn: 'Yes, continue',
  },
  code: {
    title: 'Type this code in the chat',
    where: ({ agent, channel, account }) =>
      html`It belongs in your chat with <b>${agent}</b> on <b>${channel}</b>, as <b>${account}</b>.`,
    validity: minutes => `Valid for ${minutes === 1 ? 'one minute' : `${minutes} minutes`}, shown only this once`,
    secrecy: 'Give it to nobody, and type it nowhere else. Nobody will ever ask you for it.',
    signedIn: (service, account) =>
      account === undefined
        ? html`You signed in at <b>${service}</b>.`
        : html`You signed in at <b>${service}</b> as <b>${account}</b>.`,
    isItYou: 'If that is not your account, or not your chat, or you asked for nothing, take this sign-in back.',
  },
  disown: 'This wasn’t me',
  tryAgain: 'Try again',
  notices: {
    disowned: {
      title: 'The sign-in is cancelled',
      text: 'Nothing was linked to that chat. If somebody sent you the link, do not follow their next one either. You can close this page.',
    },
    tooLate: {
      title: 'This sign-in is over',
      text: 'It has expired, it was cancelled, or its code was typed in the chat. If you gave the code to somebody, open the security settings of your account and remove the access there.',
    },
    linkUnknown: {
      title: 'This link no longer works',
      text: 'It has expired, it has done its work, or a newer one has taken its place. If you saw a code, type it in the chat. Otherwise ask again in the chat, and you will get a new link.',
    },
    linkUsed: {
      title: 'This link has been used',
      text: 'The sign-in went on in a browser. If you saw a code there, type it in the chat. Otherwise ask again in the chat, and you will get a new link.',
    },
    callbackUnknown: {
      title: 'This sign-in cannot go on',
      text: 'A code is shown only once. If you saw it, type it in the chat. Otherwise ask again in the chat, and you will get a new link.',
    },
    otherBrowser: {
      title: 'This began in another browser',
      text: 'A sign-in has to end in the browser where it began, and that browser has to accept cookies. Open the link from the chat again. If you never opened one, close this page: somebody may want to use your account.',
    },
    mixedUp: {
      title: 'This answer came from the wrong place',
      text: 'It is not from the service where you were sent to sign in. Nothing was linked. Ask again in the chat, and you will get a new link.',
    },
    declined: {
      title: 'Access was not given',
      text: 'You declined, and nothing was linked. If that was a slip, ask again in the chat.',
    },
    providerFailed: {
      title: 'The sign-in service is not available',
      text: 'It did not answer as it should, and nothing was linked. Wait a few minutes, then ask again in the chat.',
    },
    userUnproven: {
      title: 'The sign-in is not complete',
      text: 'The service did not prove who you are, so nothing was linked. Ask again in the chat. If this goes on, tell the people who run the assistant.',
    },
    crossSite: {
      title: 'Please begin in the chat',
      text: 'This request came from another site, or from a browser that does not say where it came from. Open the link from the chat, in an up-to-date browser.',
    },
    badRequest: {
      title: 'That was not understood',
      text: 'Open the link from the chat again.',
    },
    notFound: {
      title: 'There is nothing here',
      text: 'Open the link exactly as the chat shows it.',
    },
    failed: {
      title: 'Something went wrong here',
      text: 'It is not your fault. Please try again in a few minutes.',
    },
  },
}
