import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LockedPackages, nameOf } from './lock-file.ts'

/** SPDX identifiers of licences that ask for no more than to be named. Another is a decision: read it, then add it. */
const ALLOWED = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT'])

/** Packages whose licence nobody has allowed, one line each. Of alternatives (`MIT OR GPL-3.0`) one has to be allowed. */
export const findForeignLicences = (packages: LockedPackages): readonly string[] =>
  [...packages].flatMap(([path, { license = 'none' }]) => {
    const alternatives = license.replace(/^\((.*)\)$/, '$1').split(' OR ')
    return alternatives.some(name => ALLOWED.has(name)) ? [] : [`${nameOf(path)}: ${license}`]
  })

/** The licences' own texts, which each of them wants to go along with the code. */
export const licenceTexts = (packages: LockedPackages, root: string): string =>
  [...packages]
    .map(([path, { version, license }]) => `${nameOf(path)} ${version}, ${license}\n\n${licenceText(join(root, path))}`)
    .join(`\n\n${'-'.repeat(80)}\n\n`)

const licenceText = (folder: string): string =>
  readdirSync(folder)
    .filter(file => /^(licen[cs]e|notice|copying)/i.test(file))
    .toSorted()
    .map(file => readFileSync(join(folder, file), 'utf8').trim())
    .join('\n\n')
