import { describe, expect, it } from 'vitest'
import { readWebhookConfiguration } from '../../../functions/webhook/configuration.ts'

const minimal = {
  WEBHOOK_AUDIENCES: 'https://webhook.example/a',
  DIALOGFLOW_SERVICE_AGENTS: 'service-1@gcp-sa-dialogflow.iam.gserviceaccount.com',
  LB_ATTESTATION: 'env:ATTESTATION',
}

describe('the configuration', () => {
  it('has sane defaults', () => {
    expect(readWebhookConfiguration(minimal)).toMatchObject({
      ok: true,
      value: {
        WEBHOOK_AUDIENCES: ['https://webhook.example/a'],
        PEER_PROFILES: ['sslcom', 'gts-legacy'],
        IDENTITY_TOKEN_MODE: 'verify',
        GOOGLE_CERTS_URL: 'https://www.googleapis.com/oauth2/v3/certs',
        WEBHOOK_DEADLINE_MS: 4500,
        STORE: { kind: 'firestore', database: '' },
        DIALOGFLOW_PROJECTS: [],
        PEER_SUBJECTS: [],
      },
    })
  })

  it('keeps audiences exactly as they are written, in their order', () => {
    const WEBHOOK_AUDIENCES = 'https://a.example/x/, https://a.example/X ,https://b.example'
    const read = readWebhookConfiguration({ ...minimal, WEBHOOK_AUDIENCES })
    expect(read).toMatchObject({
      value: { WEBHOOK_AUDIENCES: ['https://a.example/x/', 'https://a.example/X', 'https://b.example'] },
    })
  })

  it('splits common names at semicolons alone', () => {
    const read = readWebhookConfiguration({
      ...minimal,
      PEER_TRUST_ANCHORS: 'ca.pem',
      PEER_SUBJECTS: 'Example, Inc.; B',
    })
    expect(read).toMatchObject({ value: { PEER_SUBJECTS: ['Example, Inc.', 'B'] } })
  })

  it('reports everything that is missing at once', () => {
    const read = readWebhookConfiguration({})
    expect(read.ok ? [] : read.error.map(({ variable, problem }) => `${variable} ${problem}`)).toEqual([
      'WEBHOOK_AUDIENCES missing',
      'DIALOGFLOW_SERVICE_AGENTS missing',
      'LB_ATTESTATION missing',
    ])
  })

  it.each([
    ['WEBHOOK_AUDIENCES', ','],
    ['WEBHOOK_AUDIENCES', 'https://a.example,,https://b.example'],
    ['WEBHOOK_AUDIENCES', 'two words'],
    ['DIALOGFLOW_SERVICE_AGENTS', 'nobody'],
    ['DIALOGFLOW_SERVICE_AGENTS', '*@gcp-sa-dialogflow.iam.gserviceaccount.com,'],
    ['DIALOGFLOW_PROJECTS', 'mine=nobody'],
    ['PEER_PROFILES', 'sslcom,anybody'],
    ['LB_ATTESTATION', 'the-secret-itself-by-mistake'],
    ['GOOGLE_CERTS_URL', 'file:///keys.json'],
    ['IDENTITY_TOKEN_MODE', 'off'],
    ['WEBHOOK_DEADLINE_MS', '0'],
    ['WEBHOOK_DEADLINE_MS', '4500.5'],
    ['WEBHOOK_DEADLINE_MS', '60000'],
    ['STORE', 'postgres://'],
    ['AUTH_BASE_URL', 'http://auth.example'],
  ])('refuses %s=%s by name, and does not repeat the value', (variable, value) => {
    const read = readWebhookConfiguration({ ...minimal, [variable]: value })
    const problems = read.ok ? [] : read.error
    expect(problems).toContainEqual(
      expect.objectContaining({ variable, problem: 'invalid', expected: expect.any(String) }),
    )
    if (value.length > 8) expect(JSON.stringify(problems)).not.toContain(value)
  })

  it.each([
    ['GOOGLE_CERTS_URL', { K_SERVICE: 'webhook', GOOGLE_CERTS_URL: 'http://127.0.0.1:1/' }],
    ['STORE', { K_SERVICE: 'webhook', STORE: 'sqlite:store.sqlite' }],
    ['PEER_SUBJECTS', { PEER_SUBJECTS: 'Anybody' }],
    ['LB_ATTESTATION', { LB_ATTESTATION: 'env:A,env:B,env:C' }],
    ['DIALOGFLOW_PROJECTS', { DIALOGFLOW_PROJECTS: 'mine=service-2@gcp-sa-dialogflow.iam.gserviceaccount.com' }],
  ])('does not allow %s where it would open a door', (variable, environment) => {
    const read = readWebhookConfiguration({ ...minimal, ...environment })
    expect(read.ok ? [] : read.error).toContainEqual(expect.objectContaining({ variable, problem: 'not allowed here' }))
  })
})
