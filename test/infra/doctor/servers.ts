import type { RequestListener } from 'node:http'
import https, { type ServerOptions } from 'node:https'
import { onTestFinished } from 'vitest'
import {
  chainPem,
  extendedKeyUsages,
  type Issued,
  issue,
  privateKeyPem,
} from '../../../infra/local/certificates/certificate.ts'
import { developmentCa } from '../../../infra/local/certificates/development-ca.ts'
import { close, listen } from '../../../infra/local/listen.ts'

const DAY = 86_400_000

export const daysFromNow = (days: number): Date => new Date(Date.now() + days * DAY)

/** A server's certificate for localhost, but for what `content` says. */
export const serverCertificate = async (content: Partial<Parameters<typeof issue>[0]> = {}, issuer?: Issued) =>
  await issue(
    {
      subject: 'CN=localhost',
      extendedKeyUsage: [extendedKeyUsages.serverAuth],
      subjectAlternativeNames: [{ type: 'dns', value: 'localhost' }],
      ...content,
    },
    issuer ?? (await developmentCa()).serverRoot,
  )

export interface TestServer extends ServerOptions {
  readonly certificate?: Issued
  /** Says 200 to everything by default. */
  readonly respond?: RequestListener
}

/** An HTTPS server of the development CA, until the test ends. */
export const startServer = async ({ certificate, respond, ...options }: TestServer = {}): Promise<URL> => {
  const issued = certificate ?? (await developmentCa()).server
  const server = https.createServer(
    { cert: chainPem(issued), key: privateKeyPem(issued), ...options },
    respond ??
      ((_, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"fulfillmentText":"Hello!"}')
      }),
  )
  server.on('tlsClientError', () => {})
  const port = await listen(server)
  onTestFinished(() => close(server))
  return new URL(`https://localhost:${port}/webhook`)
}
