import { styleText } from 'node:util'
import type { JsonObject, JsonValue } from '../../../shared/runtime/json.ts'
import type { Handshake, Names } from '../dialogflow/webhook-call.ts'
import { closedConnectionNotes } from '../gateway/closed-connection-notes.ts'
import { object } from '../json-object.ts'
import type { Observation } from './observation.ts'

const LABEL_WIDTH = 18

/** Lines for a terminal. `styleText` leaves the colours out where standard output is none, or `NO_COLOR` is set. */
export const heading = (text: string): string => `\n${styleText('bold', text)}`

export const detail = (label: string, text: string): string =>
  `    ${styleText('dim', label.padEnd(LABEL_WIDTH))}${text.replaceAll('\n', `\n${' '.repeat(LABEL_WIDTH + 4)}`)}`

const aside = (text: string): string => `    ${styleText('dim', text)}`

/** One line: a mark, what was done, what came of it. */
export const result = (went: boolean, title: string, outcome: string): string => {
  const mark = went ? styleText('green', '✔') : styleText('red', '✘')
  return `  ${mark} ${title.padEnd(44)} ${styleText(went ? 'cyan' : 'red', outcome)}`
}

const names = ({ subject, issuer }: Names): string => `${subject} ${styleText('dim', `issued by ${issuer}`)}`

/** Protocol and both certificates, as the client saw them. */
export const handshakeLines = (handshake: Handshake | undefined): readonly string[] =>
  handshake === undefined
    ? [detail('handshake', 'none: plain HTTP, past the load balancer')]
    : [
        detail('handshake', `${handshake.protocol} ${handshake.cipher}`),
        detail('  server', names(handshake.server)),
        detail('  client', handshake.client === undefined ? 'no certificate' : names(handshake.client)),
      ]

const show = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value))

const pairs = (values: JsonObject): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}: ${show(value)}`)
    .join(', ')

/** Each proof of an accepted call with what it proves, from the function's log. */
export const proofLines = (entry: JsonObject | undefined): readonly string[] =>
  Object.entries(object(entry?.proofs)).map(([name, proof]) => {
    const what = typeof proof === 'object' ? pairs(object(proof)) : show(proof)
    return detail('proof', `${styleText('green', '✔')} ${name}: ${what}`)
  })

/** Why a call was refused, as an operator reads it in the logs. */
export const reasonLines = ({ entry, statusDetails }: Observation): readonly string[] => {
  if (statusDetails !== undefined) {
    const notes: Readonly<Record<string, string>> = closedConnectionNotes
    return [aside(`load balancer's log: ${statusDetails}: ${notes[statusDetails] ?? 'no note'}`)]
  }
  const evidence = pairs(object(entry?.evidence))
  return [
    ...(evidence === '' ? [] : [aside(`evidence: ${evidence}`)]),
    ...(typeof entry?.hint === 'string' ? [aside(`hint: ${entry.hint}`)] : []),
  ]
}
