import { bookAppointment } from './book-appointment.ts'
import { defaultFallbackIntent } from './default-fallback-intent.ts'
import { defaultWelcomeIntent } from './default-welcome-intent.ts'
import { openingHours } from './opening-hours.ts'

/** Every intent that this webhook answers. A new one is a file in this folder and a line in this list. */
export const intents = [defaultWelcomeIntent, defaultFallbackIntent, openingHours, bookAppointment]
