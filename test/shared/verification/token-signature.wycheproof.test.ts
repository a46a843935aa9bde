import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseKeySet } from '../../../shared/verification/fetch-keys.ts'
import { identityToken } from '../../../shared/verification/identity-token.ts'
import { parseToken } from '../../../shared/verification/json-web-token.ts'
import type { KeySource } from '../../../shared/verification/key-source.ts'
import { verifySignature } from '../../../shared/verification/token-signature.ts'
import { callWith, policyWith, refusalOf } from './call.ts'
import { tokenPolicy } from './tokens.ts'

/** C2SP/wycheproof, testvectors_v1/json_web_signature_test.json, where a folder of corpora is at hand. */
const corpora = process.env.TF_CORPORA

type Vectors = {
  readonly numberOfTests: number
  readonly testGroups: readonly {
    readonly public?: object
    readonly private?: object
    readonly tests: readonly { readonly tcId: number; readonly jws: unknown; readonly result: 'valid' | 'invalid' }[]
  }[]
}

/** Signed with RS256, and correctly. */
const VALID_RS256 = [33, 259, 260, 261, 262, 263, 345, 349]
/** Called valid, with keys whose label says another algorithm, or with characters that are not of base64url. */
const CALLED_VALID_BUT_SLOPPY = [346, 347, 350, 351, 372, 373]

describe.skipIf(corpora === undefined)('Wycheproof’s vectors for JSON Web Signature', () => {
  const text = corpora === undefined ? '{}' : readFileSync(`${corpora}/wycheproof_json_web_signature_test.json`, 'utf8')
  const { numberOfTests = 0, testGroups = [] }: Partial<Vectors> = JSON.parse(text)
  const cases = testGroups.flatMap(group => {
    const parsed = parseKeySet(JSON.stringify({ keys: [group.public ?? group.private] }))
    const keys: KeySource = {
      find: async kid => ({ ok: true, value: parsed.ok ? parsed.value.get(kid) : undefined }),
      prefetch: async () => {},
    }
    return group.tests.map(({ tcId, jws, result }) => ({ tcId, result, keys, token: String(jws) }))
  })

  const accepted = async () => {
    const ids: number[] = []
    for (const { tcId, token, keys } of cases) {
      const parsed = parseToken(token)
      if (parsed.ok && (await verifySignature(parsed.value, keys)) === undefined) ids.push(tcId)
    }
    return ids
  }

  it('are all there', () => {
    expect(cases).toHaveLength(numberOfTests)
    expect(numberOfTests).toBeGreaterThanOrEqual(401)
  })

  it('are accepted exactly where they are valid and RS256', async () => {
    expect(await accepted()).toEqual(VALID_RS256)
  })

  it('are refused where they are invalid, and where they are called valid for being sloppy', async () => {
    const ids = new Set(await accepted())
    const invalid = cases.filter(({ result }) => result === 'invalid').map(({ tcId }) => tcId)
    expect([...invalid, ...CALLED_VALID_BUT_SLOPPY].filter(tcId => ids.has(tcId))).toEqual([])
  })

  it('are no identity tokens, whatever they are else', async () => {
    for (const { token, keys } of cases) {
      const call = callWith({ Authorization: `Bearer ${token}` })
      const outcome = await identityToken(call, policyWith({ token: tokenPolicy({ keys }) }))
      expect(refusalOf(outcome, call).code).toMatch(/^token_/)
    }
  })
})
