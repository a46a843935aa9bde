import type { ReplyPartKind } from './reply.ts'
import type { Turn } from './turn.ts'

/** Something that a reply asked for and its response could not carry. Data for the log: it holds no words of the reply. */
export type ReplyProblem =
  /** The dialect, or this version of it, has no way to say the part. */
  | {
      readonly code: 'reply_unsupported'
      readonly part: ReplyPartKind | 'live_agent.metadata'
      readonly version: Turn['version']
    }
  /** The part is written with a name that the request did not give. */
  | { readonly code: 'reply_needs'; readonly part: ReplyPartKind; readonly missing: 'session' | 'page' }
  /** Dialogflow ignores the part because of another one. */
  | { readonly code: 'reply_ignored'; readonly part: ReplyPartKind; readonly because: ReplyPartKind }
  /** What was left out, by kind, and whether texts were cut, to bring `bytes` under `limit`. */
  | {
      readonly code: 'reply_too_large'
      readonly bytes: number
      readonly limit: number
      readonly dropped: readonly ReplyPartKind[]
      readonly textCut: boolean
    }
