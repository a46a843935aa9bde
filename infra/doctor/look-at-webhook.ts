import { pathFinding, refusalFinding, untrustedClientFinding } from './answers.ts'
import type { Answer, Call } from './call.ts'
import type { Examination } from './examine.ts'
import { type Finding, ok, warning } from './finding.ts'
import { forgedHeaders } from './forged-headers.ts'
import { selfSignedIdentity } from './self-signed-certificate.ts'

/** Says what it does, and makes a call that differs so from a plain one. */
export type MakeCall = (step: string, options: Partial<Call>) => Promise<Answer>

/** What a caller gets who proves nothing, and who lies. */
export const lookAtWebhook = async (
  { identity, now }: Examination,
  make: MakeCall,
  add: (finding: Finding) => void,
): Promise<void> => {
  const stranger = selfSignedIdentity(now)
  const bare = await make('a call without client certificate', {})
  add(untrustedClientFinding('no client certificate', bare))
  const strange = await make('a call with a self-signed certificate', { identity: stranger })
  add(untrustedClientFinding('self-signed client certificate', strange))

  if (identity === undefined && bare.outcome === 'closed') {
    const seen = 'Nothing gets to the webhook without a valid client certificate, so it was not looked at.'
    add(ok('webhook', `${seen} With one of an authority of your own it can be: --cert and --key.`))
    return
  }
  const plain = identity === undefined ? bare : await make('a call without token', { identity })
  if (plain.outcome === 'closed') {
    const change = 'Present one of an authority in google_certificate_manager_trust_config.dialogflow, with its chain.'
    add(warning('webhook', `The load balancer does not take the certificate given (${plain.reason}).`, change))
    return
  }
  const path = pathFinding(plain)
  if (path !== undefined) {
    add(path)
    return
  }
  add(refusalFinding('no token', plain))
  const forged = await make('a call with forged headers', { headers: forgedHeaders(stranger.cert), identity })
  add(refusalFinding('forged headers', forged))
  const garbage = await make('garbage for a token', { headers: [['Authorization', 'Bearer not.a.token']], identity })
  add(refusalFinding('garbage for a token', garbage))
  add(refusalFinding('GET', await make('a GET', { method: 'GET', identity })))
}
