import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

const program = fileURLToPath(new URL('google-cloud-program.ts', import.meta.url))

let metadata: Server | undefined

afterEach(() => {
  metadata?.close()
  metadata?.closeAllConnections()
})

/** https://docs.cloud.google.com/run/docs/container-contract#metadata-server */
const startMetadataServer = async (asked: string[], refused = 0): Promise<string> => {
  metadata = createServer(({ url = '', headers }, response) => {
    asked.push(url)
    const isToken = url.endsWith(
      '/service-accounts/default/token?scopes=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fdatastore',
    )
    const isRefused = headers['metadata-flavor'] !== 'Google' || asked.length <= refused
    response.writeHead(isRefused ? 404 : 200, { 'metadata-flavor': 'Google' })
    response.end(isToken ? JSON.stringify({ access_token: 'a-token', expires_in: 3599, token_type: 'Bearer' }) : '')
  }).listen(0, '127.0.0.1')
  await once(metadata, 'listening')
  const address = metadata.address()
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

const run = async (environment: Record<string, string>) => {
  const env = { HOME: '/nonexistent', K_SERVICE: 'webhook', ...environment }
  const { stdout } = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  return JSON.parse(await text(stdout))
}

test('in Google Cloud, the store speaks for the service account, with one token for all calls, and loads no gRPC', async () => {
  const asked: string[] = []
  const result = await run({ GCE_METADATA_HOST: await startMetadataServer(asked), GOOGLE_CLOUD_PROJECT: 'our-project' })
  const request = {
    url: 'https://firestore.googleapis.com/v1/projects/our-project/databases/fulfillment/documents:commit',
    authorization: 'Bearer a-token',
    redirect: 'error',
  }
  expect(result).toMatchObject({ sent: [request, request, request, request], failures: [] })
  expect(asked.filter(url => url.includes('/token'))).toHaveLength(1)
  expect(result.packages).toContain('google-auth-library')
  expect(result.packages.filter((name: string) => /grpc|google-gax|@google-cloud|protobuf/.test(name))).toEqual([])
})

test('after a moment without credentials the store goes on', async () => {
  const asked: string[] = []
  const result = await run({
    GCE_METADATA_HOST: await startMetadataServer(asked, 1),
    GOOGLE_CLOUD_PROJECT: 'our-project',
  })
  expect(result).toMatchObject({ sent: [{}], failures: ['StoreError', 'StoreError', 'StoreError'] })
})

test('without credentials nothing is sent, and the process goes on', async () => {
  const result = await run({ METADATA_SERVER_DETECTION: 'none', GOOGLE_CLOUD_PROJECT: 'our-project' })
  expect(result).toMatchObject({ sent: [], failures: Array(4).fill('StoreError') })
})

test('the emulator needs no package', async () => {
  const result = await run({ FIRESTORE_EMULATOR_HOST: '127.0.0.1:1' })
  expect(result).toMatchObject({ failures: Array(4).fill('StoreError'), packages: [] })
})
