import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { intents } from '../../functions/webhook/intents/index.ts'
import { parseKeyring } from '../../shared/storage/keyring.ts'
import { operatorNotes } from '../../shared/verification/operator-notes.ts'

// What Terraform, Cloud Build and the code say of the same thing. Whether Terraform itself is right: infra/tests.

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const sources = globSync('{functions,shared}/**/*.ts', { cwd: root }).map(read)
const deployed = readdirSync(join(root, 'functions')).filter(name =>
  existsSync(join(root, 'functions', name, 'index.ts')),
)
/** In the order of the build. */
const functions = ['webhook', 'auth', 'notify', 'retention'].filter(name => deployed.includes(name))

/** The `{ … }` blocks of one kind of resource, by name. */
const resources = (kind: string): ReadonlyMap<string, string> =>
  new Map(
    globSync('infra/*.tf', { cwd: root }).flatMap(path =>
      [...read(path).matchAll(new RegExp(`^resource "${kind}" "(\\w+)" \\{\\n(.*?)^\\}`, 'gms'))].map(
        ([, name = '', block = '']) => [name, block] as const,
      ),
    ),
  )

describe('every way to the webhook', () => {
  const toWebhook = [...resources('google_compute_region_network_endpoint_group')].filter(([, block]) =>
    block.includes('function["webhook"]'),
  )
  const backendServices = [...resources('google_compute_backend_service')]

  test('is one that is known', () => {
    expect(toWebhook.map(([name]) => name)).toEqual(['webhook'])
  })

  test('sets the headers', () => {
    const leading = backendServices.filter(([, block]) => block.includes('endpoint_group.webhook['))

    expect(leading.length).toBeGreaterThan(0)
    for (const [, block] of leading)
      expect(block).toMatch(/^ {2}custom_request_headers += local\.webhook_request_headers$/m)
  })

  test('is no front end that asks for no certificate', () => {
    for (const [name, block] of resources('google_compute_target_https_proxy')) {
      if (block.includes('server_tls_policy')) continue
      const map = /url_map += google_compute_url_map\.(\w+)\.id/.exec(block)?.[1] ?? ''
      expect(resources('google_compute_url_map').get(map), name).not.toContain('backend_service.webhook')
    }
  })
})

test('names the load balancing scheme wherever it has a default', () => {
  const blocks = [...resources('google_compute_backend_service'), ...resources('google_compute_global_forwarding_rule')]

  expect(blocks.length).toBeGreaterThan(0)
  for (const [name, block] of blocks) expect(block, name).toContain('load_balancing_scheme')
})

// What terraform test cannot see.
test('replaces what is in use before it deletes it', () => {
  const policy = resources('google_network_security_server_tls_policy').get('dialogflow')
  const attestation = resources('google_secret_manager_secret_version').get('lb_attestation')

  for (const block of [policy, attestation])
    expect(block).toMatch(/^ {2}lifecycle \{\n( {4}#.*\n)* {4}create_before_destroy = true$/m)
})

test('leaves to gcloud what gcloud deploys', () => {
  const service = resources('google_cloud_run_v2_service').get('function')

  for (const deployed of [
    'build_config',
    'template[0].containers[0].image',
    'template[0].containers[0].base_image_uri',
    'traffic',
  ]) {
    expect(service?.split('ignore_changes')[1]).toContain(`      ${deployed},\n`)
  }
})

test('begins secrets with a value that is no key', () => {
  const [, value = ''] =
    /secret_data = .*"(\w+)"$/m.exec(resources('google_secret_manager_secret_version').get('unset') ?? '') ?? []

  expect(value).not.toBe('')
  expect(parseKeyring(value)).toMatchObject({ ok: false })
})

test('gives every collection of the code its expiry', () => {
  const declared = sources.flatMap(source =>
    [...source.matchAll(/(?<!`)\bcollection\('(\w+)'/g)].map(([, name]) => name),
  )
  const [, listed = ''] = /^ {2}collections = \{\n(.*?)^ {2}\}/ms.exec(read('infra/firestore.tf')) ?? []
  const names = [...listed.matchAll(/^ {4}(\w+) +=/gm)].map(([, name]) => name)

  expect(declared.length).toBeGreaterThan(0)
  expect(names.sort()).toEqual([...new Set(declared)].sort())
})

test.each(['call refused', 'legacy certificate profile in use after its sunset'])(
  'alerts on what the code logs: %s',
  message => {
    expect(read('infra/monitoring.tf')).toContain(`jsonPayload.message=\\"${message}\\"`)
    expect(sources.some(source => source.includes(`'${message}'`))).toBe(true)
  },
)

test('alerts on refusal codes that exist', () => {
  const codes = [...read('infra/monitoring.tf').matchAll(/\bcode=\\"(\w+)\\"/g)].map(([, code]) => code)

  expect(codes).toEqual(['keys_unavailable'])
  expect(Object.keys(operatorNotes)).toEqual(expect.arrayContaining(codes))
})

describe('the sample agent', () => {
  const terraform = read('infra/sample-agent.tf')
  const [, listed = ''] = /^ {2}sample_intents = \{\n(.*?)^ {2}\}/ms.exec(terraform) ?? []
  const [, tagged = ''] = /^ {2}sample_tags = \{\n(.*?)^ {2}\}/ms.exec(terraform) ?? []
  const tags = new Map([...tagged.matchAll(/"(.+?)" += "(.+?)"/g)].map(([, name = '', tag = '']) => [name, tag]))
  const names = [...listed.matchAll(/^ {4}"(.+?)"/gm)].map(([, name = '']) => name)

  test.each(['Default Fallback Intent', ...names])('has an answer of the webhook to %s, in ES and in CX', name => {
    expect(intents.filter(({ displayName }) => displayName === name)).toHaveLength(1)
    expect(intents.filter(({ tag }) => tag === (tags.get(name) ?? name))).toHaveLength(1)
  })

  test('has intents', () => {
    expect(names).toContain('account.next_meeting')
  })
})

describe('cloudbuild.yaml', () => {
  const build = read('cloudbuild.yaml').replaceAll(/ *\\\n */g, ' ')
  const steps = build.split(/^ {2}- id: /m).slice(1)
  const order = steps.map(step => step.split('\n', 1)[0])
  const step = (id: string): string => steps[order.indexOf(id)] ?? ''

  test('checks before it deploys, and tests what is deployed before it gets traffic', () => {
    expect(order).toEqual([
      'install',
      'audit',
      'check',
      'test',
      'build',
      ...functions.map(name => `deploy-${name}`),
      'smoke-test',
      'traffic',
    ])
    // Without waitFor a step waits for all before it.
    expect(step('smoke-test')).not.toContain('waitFor')
    expect(step('traffic')).not.toContain('waitFor')
  })

  test.each(deployed)('deploys %s without traffic, then moves it', name => {
    expect(step(`deploy-${name}`)).toContain(`gcloud run deploy ${name} --source dist/${name} --base-image nodejs24 `)
    expect(step(`deploy-${name}`)).toMatch(/ --no-traffic --tag candidate /)
    expect(step('traffic')).toContain(`gcloud run services update-traffic ${name} `)
  })

  test('asks for the revision that the load balancer knows as the candidate', () => {
    expect(step('smoke-test')).toContain('--revision candidate')
    for (const front of ['webhook', 'auth'])
      expect(read(`infra/load-balancer-${front}.tf`)).toMatch(/header_name = "X-Revision"\n +exact_match = "candidate"/)
  })
})
