import type { Result } from '../../../shared/runtime/result.ts'
import type { ResourceFailure } from './resource.ts'

export type Meeting = {
  readonly title: string
  /** Milliseconds since the Unix epoch. */
  readonly start: number
}

/** A calendar that an authentication service of the same name opens. */
export type Calendar = {
  /** A name in `infra/authentication-services.json`. */
  readonly service: string
  nextMeeting(
    accessToken: string,
    now: number,
    signal: AbortSignal,
  ): Promise<Result<Meeting | undefined, ResourceFailure>>
}

/** How far the next meeting is looked for. */
export const HORIZON_MS = 30 * 24 * 60 * 60 * 1000
