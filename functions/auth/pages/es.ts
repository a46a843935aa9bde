import { html } from './html.ts'
import type { Texts } from './texts.ts'

export const es: Texts = {
  link: {
    title: 'Iniciar sesión para su chat',
    asks: ({ agent, service }) =>
      html`<b>${agent}</b> quiere usar su cuenta de <b>${service}</b>. La petición viene de este chat:`,
    rows: { agent: 'Asistente', channel: 'Canal', account: 'Cuenta del chat', service: 'Iniciar sesión en' },
    isItYou: '¿Es su chat? Si alguien le envió este enlace o usted no ha pedido nada, elija «No fui yo».',
    goOn: 'Sí, continuar',
  },
  code: {
    title: 'Escriba este código en el chat',
    where: ({ agent, channel, account }) =>
      html`Va en su chat con <b>${agent}</b> en <b>${channel}</b>, como <b>${account}</b>.`,
    validity: minutes =>
      `Válido durante ${minutes === 1 ? 'un minuto' : `${minutes} minutos`}, se muestra una sola vez`,
    secrecy: 'No se lo dé a nadie ni lo escriba en otro sitio. Nadie se lo pedirá nunca.',
    signedIn: (service, account) =>
      account === undefined
        ? html`Ha iniciado sesión en <b>${service}</b>.`
        : html`Ha iniciado sesión en <b>${service}</b> como <b>${account}</b>.`,
    isItYou: 'Si no es su cuenta o no es su chat, o si no ha pedido nada, anule este inicio de sesión.',
  },
  disown: 'No fui yo',
  tryAgain: 'Intentar de nuevo',
  notices: {
    disowned: {
      title: 'El inicio de sesión se ha anulado',
      text: 'No se ha vinculado nada a ese chat. Si alguien le envió el enlace, tampoco siga el próximo. Puede cerrar esta página.',
    },
    tooLate: {
      title: 'Este inicio de sesión ha terminado',
      text: 'Ha caducado, se anuló o su código se escribió en el chat. Si le dio el código a alguien, abra la configuración de seguridad de su cuenta y retire allí el acceso.',
    },
    linkUnknown: {
      title: 'Este enlace ya no funciona',
      text: 'Ha caducado, ya ha cumplido su función o hay uno más reciente en su lugar. Si vio un código, escríbalo en el chat. Si no, vuelva a pedirlo en el chat y recibirá un enlace nuevo.',
    },
    linkUsed: {
      title: 'Este enlace ya se ha usado',
      text: 'El inicio de sesión siguió en un navegador. Si vio allí un código, escríbalo en el chat. Si no, vuelva a pedirlo en el chat y recibirá un enlace nuevo.',
    },
    callbackUnknown: {
      title: 'Este inicio de sesión no puede seguir',
      text: 'Un código se muestra una sola vez. Si lo vio, escríbalo en el chat. Si no, vuelva a pedirlo en el chat y recibirá un enlace nuevo.',
    },
    otherBrowser: {
      title: 'Esto empezó en otro navegador',
      text: 'Un inicio de sesión tiene que acabar en el navegador donde empezó, y ese navegador tiene que aceptar cookies. Abra de nuevo el enlace del chat. Si no abrió ninguno, cierre esta página: quizá alguien quiera usar su cuenta.',
    },
    mixedUp: {
      title: 'Esta respuesta vino del lugar equivocado',
      text: 'No es del servicio donde debía iniciar sesión. No se ha vinculado nada. Vuelva a pedirlo en el chat y recibirá un enlace nuevo.',
    },
    declined: {
      title: 'No se ha dado acceso',
      text: 'Usted lo rechazó y no se ha vinculado nada. Si fue un error, vuelva a pedirlo en el chat.',
    },
    providerFailed: {
      title: 'El servicio de inicio de sesión no está disponible',
      text: 'No ha respondido como debía y no se ha vinculado nada. Espere unos minutos y vuelva a pedirlo en el chat.',
    },
    userUnproven: {
      title: 'El inicio de sesión no está completo',
      text: 'El servicio no ha demostrado quién es usted, así que no se ha vinculado nada. Vuelva a pedirlo en el chat. Si se repite, avise a los responsables del asistente.',
    },
    crossSite: {
      title: 'Empiece en el chat',
      text: 'Esta petición vino de otro sitio o de un navegador que no dice de dónde vino. Abra el enlace del chat en un navegador actualizado.',
    },
    badRequest: {
      title: 'No se ha entendido',
      text: 'Abra de nuevo el enlace del chat.',
    },
    notFound: {
      title: 'Aquí no hay nada',
      text: 'Abra el enlace tal como lo muestra el chat.',
    },
    failed: {
      title: 'Algo ha fallado aquí',
      text: 'No es culpa suya. Inténtelo de nuevo dentro de unos minutos.',
    },
  },
}
