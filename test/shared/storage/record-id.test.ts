import { expect, test } from 'vitest'
import { keyOf, maxKeyLength, recordId } from '../../../shared/storage/record-id.ts'

/** https://firebase.google.com/docs/firestore/quotas#limits: what a document id may not be. */
const refusedByFirestore = /\/|^\.{1,2}$|^__.*__$|[^ -~]/

test.each([
  ...['a', '.', '..', '...', '__name__', '____', '_', '/', 'a/b', '%2F', '%2E', 'é', '👋', '\u0000', ' ', '~'],
  ...['x'.repeat(512), 'x'.repeat(513), '👋'.repeat(43), '/'.repeat(maxKeyLength)],
])('is an id that Firestore takes, and leads back to the key: %j', key => {
  const { id, longKey } = recordId(key)
  expect(id).not.toMatch(refusedByFirestore)
  expect(id.length).toBeLessThanOrEqual(512)
  expect(keyOf(id, longKey)).toBe(key)
})

test('is for reading wherever the key is', () => {
  expect(recordId('google/ann@example.com').id).toBe('google%2Fann%40example.com')
})

test('of a long key is no id of a short one', () => {
  const { id } = recordId('x'.repeat(513))
  expect(recordId(id).id).not.toBe(id)
  expect(recordId('x'.repeat(514)).id).not.toBe(id)
})
