import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { operatorNotes } from '../shared/verification/operator-notes.ts'

const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const rows = readme.split('\n').filter(line => line.startsWith('| '))

const refusals = Object.entries(operatorNotes).filter(([code]) => code !== 'checks_incomplete')

it.each(refusals)('the table of refusals has %s with its status', (code, { status }) => {
  const row = rows.find(line => line.includes(`\`${code}\``))
  expect(row).toContain(String(status))
})

it('every file that the README links is there', () => {
  const links = [...readme.matchAll(/\]\(((?!http)[^)#]+)\)/g)].map(([, path = '']) => path)
  expect(links.length).toBeGreaterThan(5)
  for (const path of links) expect(existsSync(join(root, path)), path).toBe(true)
})

it('every npm script that the README names is there', () => {
  const names = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
  expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(names))
})
