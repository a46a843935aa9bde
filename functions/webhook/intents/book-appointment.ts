import { randomInt } from 'node:crypto'
import { reply } from '../../../shared/dialogflow/reply.ts'
import { defineIntent } from '../define-intent.ts'

/**
 * Does something that must not be done twice. It does not say that it is idempotent, so a call that Dialogflow
 * repeats gets the first answer, with the same number, and no second appointment.
 */
export const bookAppointment = defineIntent({
  displayName: 'Book Appointment',
  tag: 'book-appointment',
  handle: () => {
    const number = String(randomInt(100_000, 1_000_000))
    return reply()
      .text({
        en: `Your appointment is booked. Its number is ${number}.`,
        fr: `Votre rendez-vous est pris. Il porte le numéro ${number}.`,
        de: `Ihr Termin ist gebucht. Er hat die Nummer ${number}.`,
        es: `Su cita está reservada. Su número es ${number}.`,
      })
      .sessionParameter('appointment', number)
  },
})
