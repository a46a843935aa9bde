import { createPrivateKey, type KeyObject, type webcrypto } from 'node:crypto'
import type { ClientAuth } from 'openid-client'
import type { AuthenticationService } from './authentication-service.ts'
import { ProviderFailureError } from './provider-failure.ts'

type Library = typeof import('openid-client')

/** How a service's client proves itself to the token and revocation endpoints. */
export const clientAuthentication = (library: Library, service: AuthenticationService, secret: string): ClientAuth => {
  const method = service.clientAuthentication ?? service.provider.clientAuthentication
  switch (method) {
    case 'client_secret_basic':
      return library.ClientSecretBasic(secret)
    case 'client_secret_basic_raw':
      return clientSecretBasicRaw(service.clientId, secret)
    case 'client_secret_post':
      return library.ClientSecretPost(secret)
    case 'private_key_jwt': {
      const key = importPrivateKey(secret)
      return library.PrivateKeyJwt(service.keyId === undefined ? key : { key, kid: service.keyId })
    }
  }
}

/** HTTP Basic without the form-encoding that RFC 6749 §2.3.1 puts around it: not every server undoes that. */
const clientSecretBasicRaw =
  (clientId: string, secret: string): ClientAuth =>
  (_server, _client, _body, headers) =>
    headers.set('authorization', `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`)

const importPrivateKey = (pem: string): webcrypto.CryptoKey => {
  try {
    const key = createPrivateKey(pem)
    return key.toCryptoKey(signingAlgorithm(key), false, ['sign'])
  } catch {
    throw new ProviderFailureError({
      code: 'service_settings',
      reason: 'clientSecret is not a private key (PKCS #8, PEM) of RSA, EC or Ed25519',
    })
  }
}

const signingAlgorithm = (key: KeyObject) => {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    case 'ec':
      return { name: 'ECDSA', namedCurve: CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? '' }
    default:
      return { name: 'Ed25519' }
  }
}

/** OpenSSL's names and those of Web Cryptography. */
const CURVES: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }
