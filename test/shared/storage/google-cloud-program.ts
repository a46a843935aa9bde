import { createRequire } from 'node:module'
import { describeError } from '../../../shared/runtime/describe-error.ts'
import { collection } from '../../../shared/storage/collection.ts'
import { firestoreStore } from '../../../shared/storage/firestore-store.ts'

/**
 * A program that uses Firestore as it is used in Google Cloud, three times at once and once more, with an answer for
 * whatever is sent to it. Prints what was sent, the errors, and which packages the store has loaded.
 */
const things = collection('things')
const sent: unknown[] = []
const { fetch: network } = globalThis

globalThis.fetch = async (input, init) => {
  const url = String(input)
  if (!url.startsWith('https://firestore.googleapis.com/')) return network(input, init)
  sent.push({ url, authorization: new Headers(init?.headers).get('authorization'), redirect: init?.redirect })
  return Response.json({ writeResults: [{}] })
}

const store = firestoreStore('fulfillment', { clock: Date.now })
const outcomes = [
  ...(await Promise.allSettled(['a', 'b', 'c'].map(key => store.put(things, key, { value: 1 })))),
  ...(await Promise.allSettled([store.put(things, 'd', { value: 1 })])),
]
const failures = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? describeError(outcome.reason).name : []))
const loaded = Object.keys(createRequire(import.meta.url).cache)
const packages = new Set(loaded.map(path => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]))
console.log(JSON.stringify({ sent, failures, packages: [...packages] }))
