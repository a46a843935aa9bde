import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import * as z from 'zod/mini'
import { readAuthConfiguration } from '../../../functions/auth/configuration.ts'
import { readRetentionConfiguration } from '../../../functions/retention/configuration.ts'
import { readWebhookConfiguration } from '../../../functions/webhook/configuration.ts'
import peerCertificateHeaders from '../../../infra/peer-certificate-headers.json' with { type: 'json' }
import { Estate } from './estate.ts'
import { mutated } from './mutate.ts'
import { mutations } from './mutations.ts'
import { testWith } from './part.ts'
import { infra, providerPart, terraform, terraformPart, terraformTest } from './terraform.ts'

const test = testWith(terraformPart, providerPart)
const files = readdirSync(join(infra, 'tests')).filter(file => file.endsWith('.tftest.hcl'))
const TIMEOUT = 120_000

test('is formatted', async () => {
  expect(await terraform(['fmt', '-check', '-recursive', '-diff'])).toMatchObject({ code: 0, stdout: '' })
})

test("is valid by the provider's own schema", async () => {
  const { stdout } = await terraform(['validate', '-json'])

  expect(JSON.parse(stdout)).toMatchObject({ valid: true, error_count: 0 })
})

test.for(files)('%s holds', { timeout: TIMEOUT }, async file => {
  const { summary, errors } = await terraformTest(file)

  expect(errors).toEqual([])
  expect(summary).toMatchObject({ status: 'pass', failed: 0 })
  expect(summary.passed).toBeGreaterThan(0)
})

test('notices mistakes in every file', () => {
  expect(Object.keys(mutations).sort()).toEqual(files.sort())
})

test.for(Object.entries(mutations))(
  '%s refuses every mistake that it is there for',
  { timeout: TIMEOUT },
  async ([file, mistakes]) => {
    const { errors } = await terraformTest(file, mutated(mistakes))

    expect(
      mistakes.map(({ refusal }) => refusal).filter(refusal => !errors.some(error => error.includes(refusal))),
    ).toEqual([])
  },
)

let estate: Promise<Estate> | undefined

/** The estate by default, made on the mocked cloud. */
const madeEstate = (): Promise<Estate> => {
  estate ??= terraformTest('monitoring.tftest.hcl', infra, '-verbose').then(({ states: [state] }) => new Estate(state))
  return estate
}

test('every way to the webhook sets the headers and asks for a certificate', { timeout: TIMEOUT }, async () => {
  const estate = await madeEstate()
  const groups = estate
    .of('google_compute_region_network_endpoint_group')
    .filter(({ values }) => JSON.stringify(values.cloud_run).includes('"service":"webhook"'))
  const services = estate.leadingTo(groups, 'google_compute_backend_service')
  const maps = estate.leadingTo(services, 'google_compute_url_map')
  const proxies = estate.leadingTo(maps, 'google_compute_target_https_proxy')
  const policies = estate.of('google_network_security_server_tls_policy').map(({ values }) => values.id)
  const headers = [
    ...Object.entries(peerCertificateHeaders).map(([header, variable]) => `${header}:{${variable}}`),
    'X-Lb-Attestation:0123456789abcdef0123456789abcdef',
  ]

  for (const found of [groups, services, maps, proxies]) expect(found).not.toEqual([])
  for (const { values } of services)
    expect(new Set(z.array(z.string()).parse(values.custom_request_headers))).toEqual(new Set(headers))
  for (const { values } of proxies) expect(policies).toContain(values.server_tls_policy)
  expect(estate.leadingTo(maps, 'google_compute_target_http_proxy')).toEqual([])
})

const variable = z.object({ name: z.string(), value: z.nullable(z.string()) })
const template = z.tuple([z.object({ containers: z.tuple([z.object({ env: z.array(variable) })]) })])

const readers = {
  webhook: readWebhookConfiguration,
  auth: readAuthConfiguration,
  retention: readRetentionConfiguration,
}

test.for(Object.entries(readers))(
  '%s accepts the configuration that it is given',
  { timeout: TIMEOUT },
  async ([name, read]) => {
    const services = (await madeEstate()).of('google_cloud_run_v2_service')
    const service = services.find(({ index }) => index === name)
    const [
      {
        containers: [{ env }],
      },
    ] = template.parse(service?.values.template)
    const environment = Object.fromEntries(env.map(({ name, value }) => [name, value ?? undefined]))

    expect(read({ ...environment, K_SERVICE: name })).toMatchObject({ ok: true })
  },
)
