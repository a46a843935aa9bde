import { ATTESTATION_HEADER } from '../../../shared/verification/headers.ts'
import headerFile from '../../peer-certificate-headers.json' with { type: 'json' }
import { clientCertVariables } from '../certificates/client-cert-variables.ts'
import type { ClientCertificate } from '../certificates/client-certificate.ts'
import type { HeaderField } from './proxied-headers.ts'

/**
 * The custom request headers of the backend service, expanded for one client: those of the header file, and the
 * attestation.
 *
 * @throws {TypeError} when the header file names a variable that the load balancer does not have
 */
export const customRequestHeaders = (client: ClientCertificate, attestation: string): readonly HeaderField[] => {
  const variables: Readonly<Record<string, string>> = clientCertVariables(client)
  const fields = Object.entries(headerFile).map(([name, variable]): HeaderField => {
    const value = variables[variable]
    if (value === undefined) throw new TypeError(`${name}: the load balancer knows no variable ${variable}`)
    return [name, value]
  })
  return [...fields, [ATTESTATION_HEADER, attestation]]
}
