import { corpora, dialogflowBodies, readCorpus } from '../fixtures/corpora.ts'

/** What `TF_CORPORA` has to begin with, see `test/fixtures/corpora.ts`; nothing where it is not set. */
const jsonOf = (file: string): unknown => (corpora === undefined ? {} : JSON.parse(readCorpus(file).toString()))

/** Every string within that has a form, each once. */
const stringsIn = (value: unknown, form: RegExp): readonly string[] => {
  const found = new Set<string>()
  JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'string' && form.test(inner)) found.add(inner)
    return inner
  })
  return [...found]
}

/** Bodies of Dialogflow's calls. */
export const corpusBodies = (wanted: 'es' | 'cx'): readonly Buffer[] =>
  dialogflowBodies().flatMap(({ file, dialect }) => (dialect === wanted ? [readCorpus(file)] : []))

/** C2SP/wycheproof's tokens. */
export const corpusTokens = (): readonly Buffer[] =>
  stringsIn(jsonOf('wycheproof_json_web_signature_test.json'), /^[\w-]+\.[\w-]*\.[\w-]*$/).map(token =>
    Buffer.from(token),
  )

/** C2SP/x509-limbo's certificates, in DER. */
export const corpusCertificates = (): readonly Buffer[] =>
  stringsIn(jsonOf('x509-limbo_2023-12-02.json'), /^-----BEGIN CERTIFICATE-----/).map(pem =>
    Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64'),
  )
