import { readFile } from 'node:fs/promises'
import type { Environment } from './configuration.ts'
import { fail, ok, type Result } from './result.ts'

/** Where a secret is kept. The reference may be logged; what it refers to never is. */
export type SecretReference = string

/** What a secret reference looks like, for error messages. */
export const SECRET_REFERENCE_FORMS = 'projects/P/secrets/S/versions/V, file:PATH or env:NAME'

const SECRET_MANAGER = /^projects\/[^/\s,]+\/(?:locations\/[^/\s,]+\/)?secrets\/[^/\s,]+\/versions\/[^/\s,]+$/

/** `projects/…/secrets/…/versions/…`, `file:PATH` or `env:NAME`. */
export const SECRET_REFERENCE = new RegExp(`${SECRET_MANAGER.source}|^file:[^\\s,]+$|^env:[A-Za-z_][A-Za-z0-9_]*$`)

/** Secret Manager's answer to a cold start must leave room for the call that waits for it. */
const TIMEOUT = 3000

const fromSecretManager = async (name: string): Promise<Result<string, string>> => {
  // Loaded only here: its gRPC costs a quarter of a second, which nobody pays who mounts secrets or names files.
  const { SecretManagerServiceClient } = await import('@google-cloud/secret-manager')
  const client = new SecretManagerServiceClient({ fallback: true })
  // Otherwise a lack of credentials is also an unhandled rejection inside the client, which ends the process.
  await client.initialize()
  // The client's own `timeout` is not kept: it sleeps for seconds between its attempts.
  const signal = AbortSignal.timeout(TIMEOUT)
  const access = client.accessSecretVersion({ name }, { signal })
  // To the client, this is a cancellation by its caller.
  const found = await access.catch(error => (signal.aborted ? undefined : Promise.reject(error)))
  if (found === undefined) return fail(`Secret Manager gave no proper answer within ${TIMEOUT} ms`)
  const data = found[0].payload?.data
  return data === undefined || data === null ? fail('an empty version') : ok(Buffer.from(data).toString('utf8'))
}

/**
 * Gets a secret's text, without surrounding white space (files tend to end in a line break).
 * The error is a reason, never any of the text.
 */
export const resolveSecret = async (
  reference: SecretReference,
  environment: Environment,
): Promise<Result<string, string>> => {
  try {
    const found = await resolve(reference, environment)
    if (!found.ok) return found
    const text = found.value.trim()
    return text === '' ? fail('it is empty') : ok(text)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    return fail(`it could not be read${code}`)
  }
}

const resolve = async (reference: SecretReference, environment: Environment): Promise<Result<string, string>> => {
  if (reference.startsWith('file:')) return ok(await readFile(reference.slice('file:'.length), 'utf8'))
  if (!reference.startsWith('env:')) return fromSecretManager(reference)
  const value = environment[reference.slice('env:'.length)]
  return value === undefined ? fail('the environment has no such variable') : ok(value)
}
