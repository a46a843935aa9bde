import { expect, test } from 'vitest'
import { collection } from '../../../shared/storage/collection.ts'

test('has a name and the properties to find by', () => {
  expect(collection('accounts', 'userId')).toEqual({ name: 'accounts', indexed: ['userId'] })
})

test.each(['', 'Accounts', '9', 'a b', 'a"b', "a'b", 'a;b', 'a.b', 'a_b', 'é', 'a\n', '__proto__', 'a'.repeat(41)])(
  'is not called %j, nor is a property',
  word => {
    expect(() => collection(word)).toThrow(TypeError)
    expect(() => collection('accounts', word)).toThrow(TypeError)
  },
)
