import { reply } from '../../../shared/dialogflow/reply.ts'
import { defineIntent } from '../define-intent.ts'

/** A card with a link: the same reply in ES and in CX. */
export const openingHours = defineIntent({
  displayName: 'Opening Hours',
  tag: 'opening-hours',
  idempotent: true,
  handle: () =>
    reply()
      .text({
        en: 'We are open from Monday to Friday, nine to five.',
        fr: 'Nous sommes ouverts du lundi au vendredi, de 9 h à 17 h.',
        de: 'Wir haben Montag bis Freitag von 9 bis 17 Uhr geöffnet.',
        es: 'Abrimos de lunes a viernes, de 9 a 17 h.',
      })
      .link(
        { en: 'How to find us', fr: 'Comment venir', de: 'So finden Sie uns', es: 'Cómo llegar' },
        'https://example.com/',
      ),
})
