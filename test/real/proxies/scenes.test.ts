import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { type Estate, startEstate } from '../../../infra/local/estate.ts'
import { scenes } from '../../../infra/local/scenes/scenes.ts'
import { testWith } from '../infra/part.ts'
import { envoy } from './envoy.ts'
import { haproxy } from './haproxy.ts'

/** Where a proxy does otherwise than the load balancer, and what comes of that. */
const otherwise: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // It joins fields of one name with a comma (RFC 9110 §5.3), so that two tokens look like one.
  Envoy: { 'two authorization headers': '401 token_malformed' },
}

describe.each([envoy, haproxy])('behind $name $version', proxy => {
  const directory = mkdtempSync(join(tmpdir(), 'trusted-fulfillment-scenes-'))
  let estate: Estate

  beforeAll(async () => {
    estate = await startEstate({ directory, startGateway: proxy.start })
  })
  afterAll(async () => {
    await estate?.[Symbol.asyncDispose]()
    rmSync(directory, { recursive: true })
  })

  testWith(proxy).for(scenes)('$group: $title', async scene => {
    const { outcome, fault } = await scene.play(estate)
    const exception = otherwise[proxy.name]?.[scene.title]
    if (exception === undefined) expect({ outcome, fault }).toEqual({ outcome, fault: undefined })
    else expect(outcome).toBe(exception)
  })
})
