import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { developmentCa } from '../../../infra/local/certificates/development-ca.ts'
import { startFunction } from '../../../infra/local/function-process.ts'
import { customRequestHeaders } from '../../../infra/local/gateway/custom-request-headers.ts'
import { freePort } from '../../../infra/local/listen.ts'
import { startTokenIssuer } from '../../../infra/local/tokens/token-issuer.ts'
import { hi } from './served-webhook.ts'

const ATTESTATION = 'an-attestation-that-nobody-guesses'
const AUDIENCE = 'https://webhook.example/'
const SERVICE_AGENT = 'service-1@gcp-sa-dialogflow.iam.gserviceaccount.com'

it('one call that reaches two instances at the same moment books one appointment, and both answer the same', async () => {
  await using parts = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'two-processes-'))
  parts.defer(() => rm(directory, { recursive: true }))
  const ca = await developmentCa()
  const anchors = join(directory, 'anchors.pem')
  await writeFile(anchors, ca.anchors.map(({ certificate }) => certificate.toString()).join(''))
  const issuer = parts.use(await startTokenIssuer())
  const environment = {
    PATH: process.env.PATH ?? '',
    WEBHOOK_AUDIENCES: AUDIENCE,
    DIALOGFLOW_SERVICE_AGENTS: SERVICE_AGENT,
    PEER_TRUST_ANCHORS: anchors,
    LB_ATTESTATION: 'env:ATTESTATION',
    ATTESTATION,
    GOOGLE_CERTS_URL: issuer.certsUrl.href,
    STORE: `sqlite:${join(directory, 'store.sqlite')}`,
  }
  const instance = async () =>
    parts.use(
      await startFunction({
        source: 'functions/webhook/index.ts',
        target: 'webhook',
        port: await freePort(),
        environment,
      }),
    )
  const instances = [await instance(), await instance()]

  const { certificate: leaf, chain } = await ca.leaf('sslcom')
  const headers = new Headers(
    customRequestHeaders({ leaf, chain, error: undefined }, ATTESTATION).map(([name, value]) => [name, value]),
  )
  headers.set('Authorization', `Bearer ${issuer.issue({ audience: AUDIENCE, serviceAgent: SERVICE_AGENT })}`)
  headers.set('Content-Type', 'application/json')

  for (let call = 0; call < 10; call += 1) {
    const body = JSON.stringify({
      ...hi,
      responseId: `response-${call}`,
      queryResult: { queryText: 'Book', intent: { displayName: 'Book Appointment' } },
    })
    const delivered = await Promise.all(
      instances.map(async ({ url, log }) => {
        const from = log.length
        const answer = await (await fetch(url, { method: 'POST', headers, body })).text()
        return { answer, outcome: (await log.find(from, ({ message }) => message === 'call accepted'))?.outcome }
      }),
    )
    expect(delivered[0]?.answer).toMatch(/Your appointment is booked. Its number is \d{6}\./)
    expect(delivered[1]?.answer).toBe(delivered[0]?.answer)
    expect(delivered.map(({ outcome }) => outcome).sort()).toEqual(['answered', 'repeated'])
  }
}, 30_000)
