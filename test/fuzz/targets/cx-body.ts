import microsoftTeams from '../../fixtures/channels/microsoft-teams.json' with { type: 'json' }
import twilioSms from '../../fixtures/channels/twilio-sms.json' with { type: 'json' }
import twilioWhatsApp from '../../fixtures/channels/twilio-whatsapp.json' with { type: 'json' }
import v3 from '../../fixtures/dialogflow/cx-v3.json' with { type: 'json' }
import { bodyTarget } from './body.ts'

const fromConnectors = [microsoftTeams, twilioSms, twilioWhatsApp].map(({ payload }) => ({ ...v3, payload }))

export const cxBody = bodyTarget('cx', [v3, ...fromConnectors])
