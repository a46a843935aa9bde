import { expect, test } from 'vitest'
import { readCommand } from '../../../infra/doctor/command.ts'

test('expects the authorities of infra/trust, the legacy ones until their sunset', () => {
  const { examination } = readCommand(['https://localhost/'], 0)
  expect(examination?.expected.map(({ anchors, sunset }) => [anchors.length, sunset])).toEqual([
    [1, undefined],
    [4, Date.UTC(2026, 11, 1)],
  ])
  expect(examination?.timeoutMs).toBe(5000)
})

test.each<[string, readonly string[], string]>([
  ['no URL', [], 'npm run doctor'],
  ['two URLs', ['https://a.example', 'https://b.example'], 'npm run doctor'],
  ['plain HTTP', ['http://localhost/'], 'no https:// URL'],
  ['no URL at all', ['localhost'], 'no https:// URL'],
  ['a certificate without its key', ['https://localhost/', '--cert', 'package.json'], 'go together'],
  ['a file that is not there', ['https://localhost/', '--ca', 'nowhere.pem'], 'nowhere.pem'],
  ['a file without certificate', ['https://localhost/', '--anchors', 'package.json'], 'no certificate in PEM'],
  ['no time at all', ['https://localhost/', '--timeout', '0'], '--timeout'],
  ['an unknown option', ['https://localhost/', '--token', 'secret'], '--token'],
])('is not understood: %s', (_, args, message) => {
  expect(() => readCommand(args, 0)).toThrow(message)
})
