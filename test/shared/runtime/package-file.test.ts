import { expect, it } from 'vitest'
import { readPackageFile } from '../../../shared/runtime/package-file.ts'

it('reads a file by its path from the project’s root', () => {
  expect(readPackageFile('infra/trust/ssl-com-root-rsa.pem')).toContain('-----BEGIN CERTIFICATE-----')
})

it('throws where there is none: what is missing from the package is found at start', () => {
  expect(() => readPackageFile('infra/trust/missing.pem')).toThrow(/ENOENT/)
})
