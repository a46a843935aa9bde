import { dependenciesOf, type LockedPackage, type LockedPackages, nameOf } from './lock-file.ts'

export type SoftwareBill = {
  /** The function. */
  readonly name: string
  readonly version: string
  /** Everything that the lock file knows. */
  readonly locked: LockedPackages
  /** Of which something is in a bundle. */
  readonly bundled: LockedPackages
  /** Which are installed beside the bundles. */
  readonly installed: LockedPackages
}

/**
 * A CycloneDX software bill of materials of what is deployed, and of nothing else: `npm sbom` knows what is installed
 * here, not what of it a bundle has. The same packages give the same text: neither time nor serial number.
 * https://cyclonedx.org/docs/1.6/json/
 */
export const softwareBill = ({ name, version, locked, bundled, installed }: SoftwareBill): string => {
  const root = `pkg:npm/${name}@${version}`
  const deployed = new Map([...bundled, ...installed].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const uses = [...deployed].map(([path, entry]) => ({
    ref: reference(path, entry),
    dependsOn: dependenciesOf(locked, path).flatMap(used => {
      const dependency = deployed.get(used)
      return dependency === undefined ? [] : [reference(used, dependency)]
    }),
  }))
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { 'bom-ref': root, type: 'application', name, version, purl: root } },
    components: [...deployed].map(([path, entry]) => ({
      'bom-ref': reference(path, entry),
      type: 'library',
      name: nameOf(path),
      version: entry.version,
      scope: 'required',
      hashes: [hashOf(entry)],
      licenses: [licenceOf(entry)],
      purl: purlOf(path, entry),
      properties: [
        ...(bundled.has(path) ? [{ name: 'deployment', value: 'bundled' }] : []),
        ...(installed.has(path) ? [{ name: 'deployment', value: 'installed' }] : []),
      ],
    })),
    dependencies: [{ ref: root, dependsOn: uses.map(({ ref }) => ref) }, ...uses],
  }
  return `${JSON.stringify(bill, null, 2)}\n`
}

const purlOf = (path: string, { version }: LockedPackage): string =>
  `pkg:npm/${nameOf(path).replace('@', '%40')}@${version}`

/** One version can be installed in two places. */
const reference = (path: string, entry: LockedPackage): string => `${purlOf(path, entry)}#${path}`

/** https://www.w3.org/TR/SRI/: an algorithm and a digest in Base64. */
const hashOf = ({ integrity }: LockedPackage) => {
  const [algorithm = '', digest = ''] = integrity.split('-')
  return { alg: algorithm.replace(/^sha/, 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') }
}

const licenceOf = ({ license = 'NOASSERTION' }: LockedPackage) =>
  license.includes(' ') ? { expression: license } : { license: { id: license } }
