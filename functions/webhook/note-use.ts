import type { Turn } from '../../shared/dialogflow/turn.ts'
import type { Clock } from '../../shared/runtime/clock.ts'
import { describeError } from '../../shared/runtime/describe-error.ts'
import type { Log } from '../../shared/runtime/log.ts'
import type { Accounts } from './accounts.ts'
import { speakerOf } from './speaker.ts'

/** Notes that an account is being used: its profile is kept from then on, and notifications prefer it. Never rejects. */
export type NoteUse = (turn: Turn, log: Log) => Promise<void>

/** An answer does not wait longer for it. Once it is sent, Cloud Run may stop the instance, so it does wait. */
const PATIENCE_MS = 250

export const createNoteUse =
  ({ identity, trust }: Pick<Accounts, 'identity' | 'trust'>, clock: Clock): NoteUse =>
  async (turn, log) => {
    const speaking = speakerOf(turn, trust, clock())
    if (speaking === undefined) return
    const noted = identity.seen(speaking.account, { language: turn.language }).catch((error: unknown) => {
      log('WARNING', 'use of a channel account not noted: the store failed', { error: describeError(error) })
    })
    await withinMs(noted, PATIENCE_MS)
  }

const withinMs = async (promise: Promise<void>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([promise, timeout])
  clearTimeout(timer)
}
