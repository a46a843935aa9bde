import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readPackageFile } from '../../shared/runtime/package-file.ts'
import { builtInProfiles, trustProfileNames } from '../../shared/verification/trust-profiles.ts'
import type { Examination } from './examine.ts'

export const USAGE = `npm run doctor -- https://HOST/PATH [--also URL]… [--cert FILE --key FILE] [--json]
npm run doctor -- --error TEXT

Looks at a webhook as Dialogflow would, and says what is wrong and which setting to change.

  --also URL        another address that may lead to the webhook, such as its run.app URL; may be repeated
  --cert, --key     PEM files: a client certificate that the load balancer accepts, with its chain, to look behind it
  --ca FILE         PEM: authorities that the server's certificate may be of, besides the public ones
  --anchors FILE    PEM: authorities that the server has to ask for, in the place of those of infra/trust
  --error TEXT      an error message, of Dialogflow or from a log, to be explained; alone or with a URL
  --timeout SECONDS for each step; 5 by default, as long as Dialogflow ES waits
  --json            the findings as JSON

It makes two handshakes and at most six requests, and one more for each --also. Their body is {}, which is no call of
Dialogflow's, so that nothing happens even where everybody is believed.

Exit status: 0 nothing to change, 1 warnings, 2 problems or a command that is not understood.`

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

const readCertificates = (path: string): readonly X509Certificate[] => {
  const certificates = (readFileSync(path, 'utf8').match(PEM) ?? []).map(pem => new X509Certificate(pem))
  if (certificates.length === 0) throw new Error(`${path} holds no certificate in PEM`)
  return certificates
}

const readIdentity = (cert: string | undefined, key: string | undefined) => {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) throw new Error('--cert and --key go together')
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}

const httpsUrl = (text: string): URL => {
  const url = URL.parse(text)
  if (url?.protocol !== 'https:') throw new Error(`${text} is no https:// URL, and Dialogflow calls no other`)
  return url
}

/** What the command line asks for. */
export interface Command {
  readonly isHelp: boolean
  readonly isJson: boolean
  /** An error message to be explained. */
  readonly error: string | undefined
  /** A webhook to be looked at. */
  readonly examination: Omit<Examination, 'onStep'> | undefined
}

/** @throws {Error} that says what is not understood */
export const readCommand = (args: readonly string[], now: number): Command => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      also: { type: 'string', multiple: true, default: [] },
      cert: { type: 'string' },
      key: { type: 'string' },
      ca: { type: 'string' },
      anchors: { type: 'string' },
      error: { type: 'string' },
      timeout: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const { help: isHelp, json: isJson, error } = values
  const [url, ...others] = positionals
  if (!isHelp && (others.length > 0 || (url === undefined && error === undefined))) throw new Error(USAGE)
  const timeoutMs = Number(values.timeout) * 1000
  if (!(timeoutMs > 0 && timeoutMs <= 60_000)) throw new Error('--timeout is more than 0 and at most 60 seconds')
  const examination =
    url === undefined
      ? undefined
      : {
          url: httpsUrl(url),
          also: values.also.map(httpsUrl),
          expected:
            values.anchors === undefined
              ? builtInProfiles(trustProfileNames, file => readPackageFile(`infra/trust/${file}`))
              : [{ anchors: readCertificates(values.anchors), sunset: undefined }],
          ownRoots: values.ca === undefined ? [] : readCertificates(values.ca),
          identity: readIdentity(values.cert, values.key),
          timeoutMs,
          now,
        }
  return { isHelp, isJson, error, examination }
}
