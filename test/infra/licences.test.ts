import { describe, expect, it } from 'vitest'
import { findForeignLicences } from '../../infra/licences.ts'
import type { LockedPackage } from '../../infra/lock-file.ts'

const packaged = (license?: string): ReadonlyMap<string, LockedPackage> =>
  new Map([
    ['node_modules/a', { version: '1.0.0', integrity: 'sha512-', ...(license === undefined ? {} : { license }) }],
  ])

describe('a licence', () => {
  it.each(['MIT', 'Apache-2.0', 'ISC', '(MIT OR CC0-1.0)', 'GPL-3.0-only OR MIT'])('may be %s', license => {
    expect(findForeignLicences(packaged(license))).toEqual([])
  })

  it.each([
    'GPL-3.0-only',
    'AGPL-3.0-or-later',
    'MPL-2.0',
    'MIT AND GPL-2.0-only',
    'SEE LICENSE IN LICENSE.md',
    'mit',
    '',
  ])('is not allowed unread: %s', license => {
    expect(findForeignLicences(packaged(license))).toEqual([`a: ${license}`])
  })

  it('may not be missing', () => {
    expect(findForeignLicences(packaged())).toEqual(['a: none'])
  })
})
