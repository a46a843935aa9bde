import type { IntentDefinition } from '../../../shared/intents/define-intent.ts'
import type { WebhookContext } from '../webhook-context.ts'
import { bookAppointment } from './book-appointment.ts'
import { defaultFallbackIntent } from './default-fallback-intent.ts'
import { defaultWelcomeIntent } from './default-welcome-intent.ts'
import { exportMyData } from './export-my-data.ts'
import { forgetMe } from './forget-me.ts'
import { linkMyAccount } from './link-my-account.ts'
import { nextMeeting } from './next-meeting.ts'
import { openingHours } from './opening-hours.ts'
import { orderStatus } from './order-status.ts'
import { signMeOut } from './sign-me-out.ts'
import { unlinkMyAccount } from './unlink-my-account.ts'

/** Every intent that this webhook answers. A new one is a file in this folder and a line in this list. */
export const intents: readonly IntentDefinition<WebhookContext>[] = [
  defaultWelcomeIntent,
  defaultFallbackIntent,
  openingHours,
  bookAppointment,
  nextMeeting,
  orderStatus,
  signMeOut,
  linkMyAccount,
  unlinkMyAccount,
  forgetMe,
  exportMyData,
]
