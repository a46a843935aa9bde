import { extendedKeyUsages, type Issued, issue } from './certificate.ts'
import type { DevelopmentCa } from './development-ca.ts'

const DAY = 86_400_000

const daysFromNow = (days: number): Date => new Date(Date.now() + days * DAY)

/** The client certificates that the demo, the chat prompt and their attacks use, by the name of their PEM files. */
export const clientCertificates = {
  dialogflow: ca => ca.leaf('sslcom'),
  'dialogflow-legacy': ca => ca.leaf('gts-legacy'),
  'unknown-authority': ca => ca.leaf('sslcom', { unknownRoot: true }),
  // Only the signature is wrong.
  impostor: ca => ca.leaf('sslcom', { impostor: true }),
  // The authority is the right one: SSL.com's intermediate signs for other organisations too.
  'wrong-name': ca => ca.leaf('sslcom', { subject: 'C=US, O=Example Corporation, CN=Example Corporation' }),
  // The root is the right one, the authority below it is not the one that signs Dialogflow's certificates.
  'wrong-issuer': ca =>
    ca.leaf('sslcom', { issuer: 'C=US, O=SSL Corp, CN=SSL.com TLS Issuing Intermediate CA RSA R1' }),
  expired: ca => ca.leaf('sslcom', { notBefore: daysFromNow(-91), notAfter: daysFromNow(-1) }),
  'not-yet-valid': ca => ca.leaf('sslcom', { notBefore: daysFromNow(1), notAfter: daysFromNow(91) }),
  'no-client-auth': ca => ca.leaf('sslcom', { extendedKeyUsage: [extendedKeyUsages.serverAuth] }),
  'self-signed': () =>
    issue({ subject: 'O=Google LLC, CN=Google LLC', extendedKeyUsage: [extendedKeyUsages.clientAuth] }),
} satisfies Record<string, (ca: DevelopmentCa) => Promise<Issued>>

export type ClientCertificateName = keyof typeof clientCertificates
