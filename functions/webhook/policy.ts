import { readFileSync } from 'node:fs'
import type { Clock } from '../../shared/runtime/clock.ts'
import type { ConfigurationProblem, Environment } from '../../shared/runtime/configuration.ts'
import { readPackageFile } from '../../shared/runtime/package-file.ts'
import { fail, ok, type Result } from '../../shared/runtime/result.ts'
import { resolveSecret } from '../../shared/runtime/secret.ts'
import { ATTESTATION_RULE, Attestation, isGuessable } from '../../shared/verification/attestation.ts'
import type { Policy } from '../../shared/verification/call.ts'
import type { KeySource } from '../../shared/verification/key-source.ts'
import { Remembered } from '../../shared/verification/remembered.ts'
import type { TrustProfile } from '../../shared/verification/trust-profile.ts'
import { builtInProfiles, withAnchors } from '../../shared/verification/trust-profiles.ts'
import type { WebhookConfiguration } from './configuration.ts'

/** Dialogflow's calls have a few kilobytes. Session parameters and payloads can make them larger, hardly this large. */
const MAX_BODY_BYTES = 1024 * 1024

/** One agent has one certificate and one token an hour; several agents, and attempts to flood the memory, fit too. */
const REMEMBERED_TOKENS = 1000
const REMEMBERED_LEAVES = 100

const readProfiles = (configuration: WebhookConfiguration): Result<readonly TrustProfile[], ConfigurationProblem> => {
  const builtIn = builtInProfiles(configuration.PEER_PROFILES, file => readPackageFile(`infra/trust/${file}`))
  const path = configuration.PEER_TRUST_ANCHORS
  if (path === '') return ok(builtIn)
  try {
    return ok(withAnchors(builtIn, readFileSync(path, 'utf8'), configuration.PEER_SUBJECTS))
  } catch {
    return fail({
      variable: 'PEER_TRUST_ANCHORS',
      problem: 'invalid',
      expected: 'the path of a PEM file with certificates',
    })
  }
}

const readAttestation = async (
  references: readonly string[],
  environment: Environment,
): Promise<Result<Attestation, ConfigurationProblem>> => {
  const values: string[] = []
  for (const reference of references) {
    const secret = await resolveSecret(reference, environment)
    const reason = secret.ok ? (isGuessable(secret.value) ? 'it could be guessed' : '') : secret.error
    if (!secret.ok || reason !== '') {
      const expected = `a secret, ${ATTESTATION_RULE}, at ${reference}, but ${reason}`
      return fail({ variable: 'LB_ATTESTATION', problem: 'invalid', expected })
    }
    values.push(secret.value)
  }
  return ok(new Attestation(values))
}

/** Turns configuration into what calls are verified against: reads the certificates, gets the secrets. */
export const createPolicy = async (
  configuration: WebhookConfiguration,
  { keys, clock, environment }: { readonly keys: KeySource; readonly clock: Clock; readonly environment: Environment },
): Promise<Result<Policy, readonly ConfigurationProblem[]>> => {
  const profiles = readProfiles(configuration)
  const attestation = await readAttestation(configuration.LB_ATTESTATION, environment)
  if (!profiles.ok || !attestation.ok) {
    return fail([profiles, attestation].flatMap(result => (result.ok ? [] : [result.error])))
  }
  const mode = configuration.IDENTITY_TOKEN_MODE
  return ok({
    maxBodyBytes: MAX_BODY_BYTES,
    attestation: attestation.value,
    peer: { profiles: profiles.value, remembered: new Remembered(REMEMBERED_LEAVES, clock) },
    token: {
      audiences: configuration.WEBHOOK_AUDIENCES,
      serviceAgents: configuration.DIALOGFLOW_SERVICE_AGENTS,
      remembered: new Remembered(REMEMBERED_TOKENS, clock),
      ...(mode === 'verify' ? { mode, keys } : { mode }),
    },
    clock,
  })
}
