import { describe, expect, it } from 'vitest'
import type { LockedPackage, LockedPackages } from '../../infra/lock-file.ts'
import { softwareBill } from '../../infra/software-bill.ts'

const entry = (version: string, more: Partial<LockedPackage> = {}): LockedPackage => ({
  version,
  integrity: 'sha512-AAEC',
  license: 'MIT',
  ...more,
})
const locked: LockedPackages = new Map([
  ['node_modules/@scope/a', entry('1.0.0', { dependencies: { b: '^2.0.0', c: '*' } })],
  ['node_modules/@scope/a/node_modules/b', entry('2.0.0', { license: '(MIT OR Apache-2.0)' })],
  ['node_modules/b', entry('1.0.0')],
  ['node_modules/c', entry('3.0.0')],
])
const only = (...paths: string[]): LockedPackages => new Map([...locked].filter(([path]) => paths.includes(path)))
const bundled = only('node_modules/@scope/a', 'node_modules/@scope/a/node_modules/b', 'node_modules/b')
const bill = softwareBill({ name: 'f', version: '0.1.0', locked, bundled, installed: only('node_modules/b') })

describe('a software bill', () => {
  it('lists what is deployed: name, version, place, licence, digest', () => {
    expect(JSON.parse(bill)).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      components: [
        {
          type: 'library',
          name: '@scope/a',
          version: '1.0.0',
          purl: 'pkg:npm/%40scope/a@1.0.0',
          licenses: [{ license: { id: 'MIT' } }],
          hashes: [{ alg: 'SHA-512', content: '000102' }],
          properties: [{ name: 'deployment', value: 'bundled' }],
        },
        { name: 'b', version: '2.0.0', licenses: [{ expression: '(MIT OR Apache-2.0)' }] },
        { name: 'b', version: '1.0.0', properties: [{ value: 'bundled' }, { value: 'installed' }] },
      ],
    })
  })

  it('says which copy of a package another uses, and of those that are not deployed nothing', () => {
    expect(JSON.parse(bill).dependencies).toContainEqual({
      ref: 'pkg:npm/%40scope/a@1.0.0#node_modules/@scope/a',
      dependsOn: ['pkg:npm/b@2.0.0#node_modules/@scope/a/node_modules/b'],
    })
    expect(bill).not.toContain('3.0.0')
  })

  it('has a reference of its own for each component', () => {
    const references = JSON.parse(bill).components.map((component: { 'bom-ref': string }) => component['bom-ref'])
    expect(new Set(references).size).toBe(references.length)
  })
})
