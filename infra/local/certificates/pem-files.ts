import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chainPem, type Issued, privateKeyPem } from './certificate.ts'
import { clientCertificates } from './client-certificates.ts'
import type { DevelopmentCa } from './development-ca.ts'

/** Writes a file that its owner alone may read, whatever its mode was before. */
export const writePrivate = async (path: string, text: string): Promise<void> => {
  await writeFile(path, text, { mode: 0o600 })
  await chmod(path, 0o600)
}

const writeIdentity = async (directory: string, name: string, issued: Issued): Promise<void> => {
  await writeFile(join(directory, `${name}.pem`), chainPem(issued))
  await writePrivate(join(directory, `${name}-key.pem`), privateKeyPem(issued))
}

/**
 * Writes the certificates for curl and openssl: NAME.pem with its chain and NAME-key.pem for the server and for each
 * client certificate, `server-root.pem` for clients.
 */
export const writePemFiles = async (directory: string, ca: DevelopmentCa): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeFile(join(directory, 'server-root.pem'), ca.serverRoot.certificate.toString())
  await writeIdentity(directory, 'server', ca.server)
  for (const [name, make] of Object.entries(clientCertificates)) await writeIdentity(directory, name, await make(ca))
}
