import type { Channel, Shows } from './channel.ts'
import { matching } from './checked-id.ts'
import { masked } from './masked.ts'
import { PHONE_NUMBER } from './phone-number.ts'

const SHOWS: Shows = { links: 'none', chips: false, maxLength: undefined }

/**
 * A telephone call: `payload.telephony.caller_id`, in ES with the source `GOOGLE_TELEPHONY`. Any caller can show any number
 * and hears the answers, so a number is nobody's proof: the user is whoever is on the line, for this one call.
 * https://cloud.google.com/dialogflow/es/docs/reference/rest/v2/OriginalDetectIntentRequest
 */
export const telephony: Channel = {
  name: 'telephony',
  integrated: true,
  recognise({ source, payload }) {
    const here = source === undefined ? payload.has('telephony') : source === 'google_telephony'
    if (!here) return undefined
    const number = matching(payload.message('telephony').string('caller_id'), PHONE_NUMBER)
    return {
      label: 'Telephone',
      user: undefined,
      masked: number && masked(number),
      audience: 'direct',
      address: undefined,
      shows: SHOWS,
    }
  },
}
