import type { Turn } from '../../shared/dialogflow/turn.ts'
import type { Outcome } from '../../shared/intents/outcome.ts'
import type { Log } from '../../shared/runtime/log.ts'
import type { VerifiedCall } from '../../shared/verification/verify.ts'

/** One entry for every genuine call: what it proved, who answered, how long it took. Nothing that the user said. */
export const logAccepted = (
  log: Log,
  { proofs }: VerifiedCall,
  turn: Turn,
  outcome: Outcome,
  durationMs: number,
): void => {
  const { attestation, peerCertificate, serviceAgent } = proofs
  log('INFO', 'call accepted', {
    proofs: {
      attestation,
      peerCertificate: {
        profile: peerCertificate.profile,
        subject: peerCertificate.commonName,
        issuer: peerCertificate.issuer,
        notAfter: new Date(peerCertificate.notAfter).toISOString(),
      },
      identityToken: { serviceAgent: serviceAgent.email, audience: serviceAgent.audience },
    },
    dialect: turn.dialect,
    intent: outcome.intent,
    outcome: outcome.kind,
    durationMs: Math.round(durationMs * 10) / 10,
  })
}

/** Said with every such call, so that an alert on it sees whether anybody still depends on the profile. */
export const warnOfLegacy = (log: Log, { proofs }: VerifiedCall, now: number): void => {
  const { profile, sunset } = proofs.peerCertificate
  if (sunset !== undefined && now >= sunset) {
    log('WARNING', 'legacy certificate profile in use after its sunset', {
      profile,
      sunset: new Date(sunset).toISOString(),
    })
  }
}
