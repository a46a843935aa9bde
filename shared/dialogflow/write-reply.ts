import { localize } from './localized.ts'
import type { Reply, ReplyPart, ReplyPartKind } from './reply.ts'
import type { ReplyProblem } from './reply-problem.ts'
import type { Turn } from './turn.ts'
import { writeCx } from './write-cx.ts'
import { writeEs } from './write-es.ts'
import type { WrittenResponse } from './written-response.ts'

/** Dialogflow's limit for a webhook's response, in bytes of UTF-8. */
export const MAX_RESPONSE_BYTES = 65_536

/** The response's body, and what it could not carry. */
export type WrittenReply = { readonly json: string; readonly problems: readonly ReplyProblem[] }

/** Writes a reply in the dialect of the turn it answers: JSON of at most 64 KiB, shortened where it would be more. */
export function writeReply(reply: Reply, turn: Turn): WrittenReply {
  const { body, problems } = write(reply.parts, turn)
  const json = JSON.stringify(body)
  const bytes = Buffer.byteLength(json)
  if (bytes <= MAX_RESPONSE_BYTES) return { json, problems }

  const { parts, dropped, textCut } = shorten(reply.parts, turn)
  const short = writeShort(parts, turn)
  const problem: ReplyProblem = { code: 'reply_too_large', bytes, limit: MAX_RESPONSE_BYTES, dropped, textCut }
  return { json: JSON.stringify(short.body), problems: [...short.problems, problem] }
}

const write = (parts: readonly ReplyPart[], turn: Turn): WrittenResponse =>
  turn.dialect === 'es' ? writeEs(parts, turn) : writeCx(parts, turn)

/** Where bytes are short, ES's second copy of the texts is the first thing to go. */
function writeShort(parts: readonly ReplyPart[], turn: Turn): WrittenResponse {
  const { body, problems } = write(parts, turn)
  const { fulfillmentText: _, ...rest } = body
  return { body: rest, problems }
}

type Shortened = {
  readonly parts: readonly ReplyPart[]
  readonly dropped: readonly ReplyPartKind[]
  readonly textCut: boolean
}

/** Decoration gives way to words. Anything else does so only where it would leave no room for them. */
const DECORATION: readonly ReplyPartKind[] = ['payload', 'card', 'image']

function shorten(all: readonly ReplyPart[], turn: Turn): Shortened {
  const size = (parts: readonly ReplyPart[]) => Buffer.byteLength(JSON.stringify(writeShort(parts, turn).body))
  const fits = (parts: readonly ReplyPart[]) => size(parts) <= MAX_RESPONSE_BYTES
  const dropped: ReplyPartKind[] = []
  let parts = all

  /** Drops the kind that weighs most among those chosen; false when none is left. */
  const drop = (chosen: (kind: ReplyPartKind) => boolean): boolean => {
    const lighter = [...new Set(parts.map(({ kind }) => kind))]
      .filter(chosen)
      .map(kind => ({ kind, without: parts.filter(part => part.kind !== kind) }))
      .sort((one, other) => size(one.without) - size(other.without))[0]
    if (lighter === undefined) return false
    parts = lighter.without
    dropped.push(lighter.kind)
    return true
  }
  while (!fits(parts) && drop(kind => DECORATION.includes(kind)));
  while (!fits(withoutTexts(parts)) && drop(kind => kind !== 'text'));
  if (fits(parts)) return { parts, dropped, textCut: false }

  // The longest beginning that fits, by halving: `short` always fits, `long` never does.
  let short = 0
  let long = MAX_RESPONSE_BYTES
  while (long - short > 1) {
    const middle = Math.floor((short + long) / 2)
    if (fits(cutTexts(parts, turn.language, middle))) short = middle
    else long = middle
  }
  return { parts: cutTexts(parts, turn.language, short), dropped, textCut: true }
}

const withoutTexts = (parts: readonly ReplyPart[]): readonly ReplyPart[] => parts.filter(part => part.kind !== 'text')

/**
 * Keeps the first `length` UTF-16 units of the texts and marks the cut. No code point is left cut in two: JSON writes half
 * of one as six bytes and the whole as four, so that the longest beginning that fits never ends on a half.
 */
function cutTexts(parts: readonly ReplyPart[], language: string | undefined, length: number): readonly ReplyPart[] {
  let left = length
  return parts.flatMap(part => {
    if (part.kind !== 'text') return part
    const text = localize(part.text, language)
    const room = left
    left = Math.max(0, left - text.length)
    if (text.length <= room) return part
    return room === 0 ? [] : { kind: 'text', text: `${text.slice(0, room)}…` }
  })
}
