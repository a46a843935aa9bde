import { fail, ok, type Result } from '../runtime/result.ts'
import type { Call, CallerPolicy, Check, Proofs } from './call.ts'
import { headerLookalikes } from './header-lookalikes.ts'
import { identityToken } from './identity-token.ts'
import type { ServiceAgent } from './identity-token-claims.ts'
import { method } from './method.ts'
import type { Rejection } from './rejection.ts'

/** What a call by a service of Google Cloud has to meet, of which only the caller can be told. */
export const callerChecks: readonly Check<CallerPolicy>[] = [method, headerLookalikes, identityToken]

/**
 * Who calls, where no load balancer stands in front: Cloud Scheduler, for one. `policy.token.serviceAgents` are then the
 * service accounts that may.
 */
export const verifyCaller = async (call: Call, policy: CallerPolicy): Promise<Result<ServiceAgent, Rejection>> => {
  const proofs: Proofs = {}
  for (const check of callerChecks) {
    const outcome = await check(call, policy)
    if (!outcome.ok) return outcome
    Object.assign(proofs, outcome.value)
  }
  // Fails closed should the check ever be taken off the list.
  return proofs.serviceAgent === undefined ? fail({ code: 'checks_incomplete' }) : ok(proofs.serviceAgent)
}
