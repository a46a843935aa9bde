import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import https from 'node:https'
import { join } from 'node:path'
import { extendedKeyUsages, issue, privateKeyPem } from '../../../infra/local/certificates/certificate.ts'
import { close, listen } from '../../../infra/local/listen.ts'

const HOST = 'secretmanager.googleapis.com'

export type SecretManager = AsyncDisposable & {
  /** Has Google's client in another process find it, and trust it. */
  readonly environment: Readonly<Record<string, string>>
  /** The paths that were asked for. */
  readonly asked: readonly string[]
}

/** What stands in for Secret Manager: the same name, certified by an authority of this machine. */
export const startSecretManager = async (directory: string, behave: RequestListener): Promise<SecretManager> => {
  await using starting = new AsyncDisposableStack()
  const root = await issue({ subject: 'CN=root', authority: true })
  const server = await issue(
    {
      subject: `CN=${HOST}`,
      extendedKeyUsage: [extendedKeyUsages.serverAuth],
      subjectAlternativeNames: [{ type: 'dns', value: HOST }],
    },
    root,
  )
  const asked: string[] = []
  const service = https.createServer(
    { key: privateKeyPem(server), cert: server.certificate.toString() },
    (request, response) => {
      asked.push(request.url ?? '')
      behave(request, response)
    },
  )
  const port = await listen(service)
  starting.defer(() => close(service))

  const files = { credentials: join(directory, 'credentials.json'), root: join(directory, 'root.pem') }
  await writeFile(files.credentials, JSON.stringify(credentials()))
  await writeFile(files.root, root.certificate.toString())
  const owned = starting.move()
  return {
    asked,
    environment: {
      NODE_OPTIONS: `--import=${new URL('redirect-secret-manager.ts', import.meta.url).href}`,
      SECRET_MANAGER_HOST: HOST,
      SECRET_MANAGER_PORT: String(port),
      NODE_EXTRA_CA_CERTS: files.root,
      GOOGLE_APPLICATION_CREDENTIALS: files.credentials,
      GOOGLE_CLOUD_PROJECT: 'p',
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** A service account's, which signs its own tokens. */
const credentials = () => ({
  type: 'service_account',
  project_id: 'p',
  client_email: 'webhook@p.iam.gserviceaccount.com',
  client_id: '1',
  private_key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
})
