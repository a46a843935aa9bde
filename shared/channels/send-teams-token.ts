import { preparationOutcomeOf, reasonOf } from './send-outcome.ts'
import { sendRequest } from './send-request.ts'
import type { SenderParts, SendOutcome } from './sender.ts'
import type { TeamsCredentials } from './sender-credentials.ts'

export type TeamsToken =
  | { readonly outcome: 'token'; readonly accessToken: string }
  | Exclude<SendOutcome, { readonly outcome: 'sent' }>

/** https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication */
const SCOPE = 'https://api.botframework.com/.default'
const MULTI_TENANT = 'botframework.com'

/** A token is not used in its last minutes, of which it has 60 or 1,440. */
const MARGIN_MS = 5 * 60_000

/** RFC 6750 §2.1; nothing else may stand in the header. */
const ACCESS_TOKEN = /^[\w.~+/-]{1,16384}=*$/

/** Access tokens for the Bot Framework, kept until they are near their end; concurrent requests for one bot are one. */
export const createTeamsTokens = ({ endpoints, fetch, clock }: Pick<SenderParts, 'endpoints' | 'fetch' | 'clock'>) => {
  const known = new Map<string, { readonly accessToken: string; readonly staleAt: number }>()
  const pending = new Map<string, Promise<TeamsToken>>()

  const request = async (
    { appId, appPassword, tenant = MULTI_TENANT }: TeamsCredentials,
    signal: AbortSignal,
  ): Promise<TeamsToken> => {
    const reply = await sendRequest(fetch, {
      url: `${endpoints.microsoftLogin}/${tenant}/oauth2/v2.0/token`,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: appId,
        client_secret: appPassword,
        scope: SCOPE,
      }).toString(),
      signal,
    })
    const answer = reply.kind === 'answered' ? reply.body : {}
    const problem = preparationOutcomeOf(reply, reasonOf('microsoft_login', answer.error))
    if (problem !== undefined) return problem
    const { access_token: accessToken, expires_in: seconds } = answer
    if (typeof accessToken !== 'string' || !ACCESS_TOKEN.test(accessToken)) {
      return { outcome: 'busy', reason: 'answer_unreadable' }
    }
    const lifetimeMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 0
    known.set(appId, { accessToken, staleAt: clock() + lifetimeMs - MARGIN_MS })
    return { outcome: 'token', accessToken }
  }

  /** @param rejected a token that was refused: another one is got, even if this one has not expired */
  return async (credentials: TeamsCredentials, signal: AbortSignal, rejected?: string): Promise<TeamsToken> => {
    const { appId } = credentials
    const token = known.get(appId)
    if (token !== undefined && token.accessToken !== rejected && clock() < token.staleAt) {
      return { outcome: 'token', accessToken: token.accessToken }
    }
    const requested = pending.get(appId) ?? request(credentials, signal).finally(() => pending.delete(appId))
    pending.set(appId, requested)
    return requested
  }
}
