import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, vi } from 'vitest'
import {
  type ClientCertificateName,
  clientCertificates,
} from '../../../infra/local/certificates/client-certificates.ts'
import { matchIntent } from '../../../infra/local/dialogflow/agent.ts'
import { Conversation } from '../../../infra/local/dialogflow/conversation.ts'
import { callAsDialogflow, type Deviation } from '../../../infra/local/dialogflow/dialogflow.ts'
import { type Estate, startEstate } from '../../../infra/local/estate.ts'
import { customRequestHeaders } from '../../../infra/local/gateway/custom-request-headers.ts'
import type { HeaderField } from '../../../infra/local/gateway/proxied-headers.ts'
import { outcomeOf } from '../../../infra/local/scenes/judge.ts'
import { observe } from '../../../infra/local/scenes/observation.ts'
import { ATTESTATION_HEADER } from '../../../shared/verification/headers.ts'
import {
  type Recorded,
  type RecordingBackend,
  startBackend,
  valuesOf,
} from '../../infra/local/gateway/recording-backend.ts'
import { testWith } from '../infra/part.ts'
import { nginx } from './nginx.ts'

const part = await nginx([], new URL('http://127.0.0.1'))
const test = testWith(part)

const directory = mkdtempSync(join(tmpdir(), 'trusted-fulfillment-nginx-'))
let estate: Estate
let recorder: RecordingBackend

beforeAll(async () => {
  estate = await startEstate({ directory })
  recorder = await startBackend()
})
beforeEach(() => {
  recorder.requests.length = 0
})
afterAll(async () => {
  await estate?.[Symbol.asyncDispose]()
  await recorder?.[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true })
})

/** Which client, and what a load balancer would have found out about it. */
const clients = {
  none: { name: undefined, error: 'client_cert_not_provided' },
  unverifiable: { name: 'unknown-authority', error: 'client_cert_validation_failed' },
  'somebody else': { name: 'wrong-name', error: undefined },
  dialogflow: { name: 'dialogflow', error: undefined },
} as const satisfies Record<string, { name: ClientCertificateName | undefined; error: string | undefined }>

type Client = keyof typeof clients

const certificateOf = async (client: Client) => {
  const { name } = clients[client]
  return name === undefined ? undefined : await clientCertificates[name](estate.ca)
}

/** What a right proxy says about a client. */
const truthAbout = async (client: Client): Promise<readonly HeaderField[]> => {
  const issued = await certificateOf(client)
  const { error } = clients[client]
  return customRequestHeaders({ leaf: issued?.certificate, chain: issued?.chain ?? [], error }, estate.attestation)
}

/** What an attacker claims: Dialogflow's certificate is no secret, the attestation is. */
const claims = async (): Promise<readonly HeaderField[]> =>
  (await truthAbout('dialogflow')).map(([name, value]) => [name, name === ATTESTATION_HEADER ? 'a-guess' : value])

/** Calls the function through an nginx that forgets some headers, with a genuine token unless `deviation` says otherwise. */
const callThrough = async (forgotten: readonly string[], client: Client, deviation: Deviation) => {
  const truth = await truthAbout(client)
  const proxy = await nginx(
    truth.filter(([name]) => !forgotten.includes(name)),
    recorder.url,
  )
  await using gateway = await proxy.start({
    certificate: estate.ca.server,
    trustAnchors: estate.ca.anchors,
    upstream: estate.webhook.url,
    attestation: estate.attestation,
  })
  const url = new URL(estate.webhookUrl.pathname, gateway.url)
  const request = new Conversation('es', estate.project).request('Hi', matchIntent('Hi'))
  const how = { url, client: (await certificateOf(client)) ?? null, ...deviation }
  const outcome = outcomeOf(await observe(estate, () => callAsDialogflow(estate, request, how)))
  const recorded = await vi.waitUntil(() => recorder.requests[0])
  return { outcome, recorded, truth }
}

/** Each header with what the function saw of it. */
const seen = (recorded: Recorded, names: readonly HeaderField[]) =>
  names.map(([name]) => [name, ...valuesOf(recorded, name)])

describe(`nginx ${part.version}`, () => {
  test('that sets every header serves Dialogflow', async () => {
    const { outcome, recorded, truth } = await callThrough([], 'dialogflow', { added: await claims() })
    expect(seen(recorded, truth)).toEqual(truth)
    expect(outcome).toBe('200 call accepted')
  })

  test.for<[string, Client, string]>([
    [ATTESTATION_HEADER, 'dialogflow', '403 attestation_mismatch'],
    ['X-Client-Cert-Present', 'none', '403 peer_error'],
    ['X-Client-Cert-Chain-Verified', 'unverifiable', '403 peer_error'],
    ['X-Client-Cert-Error', 'unverifiable', '403 peer_unverified'],
    ['X-Client-Cert-Hash', 'somebody else', '403 peer_fingerprint'],
    ['X-Client-Cert-Leaf', 'somebody else', '403 peer_fingerprint'],
    ['X-Client-Cert-Chain', 'somebody else', '403 peer_subject'],
  ])('that forgets %s passes the forged one on, and the function refuses: %s', async ([name, client, refusal]) => {
    const forged = await claims()
    const { outcome, recorded, truth } = await callThrough([name], client, { added: forged })
    const expected = truth.map(field => (field[0] === name ? forged.find(([other]) => other === name) : field))
    expect(seen(recorded, truth)).toEqual(expected)
    expect(outcome).toBe(refusal)
  })

  test('that forgets all of them passes all on, and the attestation refuses', async () => {
    const forged = await claims()
    const names = forged.map(([name]) => name)
    const { outcome, recorded } = await callThrough(names, 'none', { added: forged })
    expect(seen(recorded, forged)).toEqual(forged)
    expect(outcome).toBe('403 attestation_mismatch')
  })

  test("that forgets the certificate altogether makes anybody's Dialogflow's, and the token alone refuses", async () => {
    const names = ['X-Client-Cert-Hash', 'X-Client-Cert-Leaf', 'X-Client-Cert-Chain']
    const { outcome } = await callThrough(names, 'somebody else', { added: await claims(), token: null })
    expect(outcome).toBe('401 token_missing')
  })

  test('drops names with underscores', async () => {
    const { recorded } = await callThrough([], 'dialogflow', { added: [['X_Client_Cert_Present', 'true']] })
    expect(valuesOf(recorded, 'X_Client_Cert_Present')).toEqual([])
  })
})
