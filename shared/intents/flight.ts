import type { Reply } from '../dialogflow/reply.ts'
import type { Clock } from '../runtime/clock.ts'
import { describeError } from '../runtime/describe-error.ts'
import type { Log } from '../runtime/log.ts'
import type { Keyring } from '../storage/keyring.ts'
import type { Store } from '../storage/store.ts'
import { StoreError } from '../storage/store-error.ts'
import { claim } from './claim.ts'
import type { Deadline } from './deadline.ts'
import type { Lease } from './lease.ts'
import type { Answer, Late } from './outcome.ts'
import { renewLease } from './renew-lease.ts'

export type FlightOptions = {
  readonly store: () => Store
  readonly clock: Clock
  /** Encrypts the replies that are kept for a retry. */
  readonly keyring?: Keyring | undefined
  /** Stands for an answer that there is not, or that cannot be stored. */
  readonly fallback: Reply
}

/** A call that is to be answered once only. */
export type FlightCall = {
  readonly id: string
  /** Until when the handler may be started. */
  readonly deadline: Deadline
  readonly log: Log
  /** Finds the answer. Never rejects. */
  readonly run: () => Promise<Answer>
}

/** This process getting a call answered: by running its handler, or by waiting for the process that does. */
export class Flight {
  waitsFor: Late['waitedFor'] = 'the store'
  /** The handler's answer, which may not be stored yet. */
  answer: Answer | undefined
  /** Resolves to the answer that counts, once it is stored; to `undefined` if the deadline passed before the handler ran. */
  readonly landed: Promise<Answer | undefined>
  readonly #call: FlightCall
  readonly #options: FlightOptions
  #endRenewal = () => {}

  constructor(call: FlightCall, options: FlightOptions) {
    this.#call = call
    this.#options = options
    this.landed = this.#fly()
  }

  /** Lets the lease run out, although the handler is still running. */
  abandon(): void {
    this.#endRenewal()
  }

  async #fly(): Promise<Answer | undefined> {
    const { deadline, log } = this.#call
    try {
      const claimed = await deadline.within(this.#claim())
      if (claimed === undefined) return undefined
      return 'parts' in claimed ? { kind: 'repeated', reply: claimed } : await this.#run(claimed)
    } catch (error) {
      log('ERROR', 'handler not run: the store failed', { error: describeError(error) })
      return { kind: 'failed', reply: this.#options.fallback }
    }
  }

  async #claim(): Promise<Lease | Reply | undefined> {
    const { id, deadline } = this.#call
    const { store, clock, keyring } = this.#options
    return claim({ store: store(), clock, keyring, id, signal: deadline.signal }, () => {
      this.waitsFor = 'another process'
    })
  }

  async #run(lease: Lease): Promise<Answer> {
    const { deadline, log, run } = this.#call
    this.waitsFor = 'the handler'
    this.#endRenewal = renewLease(lease, log)
    const answer = await run()
    this.#endRenewal()
    this.answer = answer
    const first = await this.#keep(lease, answer.reply)
    if (first !== answer.reply) {
      log('WARNING', 'handler run twice: the answer stored first counts')
      return { kind: 'repeated', reply: first }
    }
    if (deadline.signal.aborted && answer.kind !== 'failed') log('NOTICE', 'late answer kept for a retry')
    return answer
  }

  async #keep(lease: Lease, reply: Reply): Promise<Reply> {
    try {
      return await lease.keep(reply)
    } catch (error) {
      const { fallback } = this.#options
      const unfit = error instanceof StoreError && error.code === 'invalid'
      const consequence = unfit ? 'a retry gets the fallback' : 'a retry may run the handler again'
      this.#call.log('ERROR', `answer not stored: ${consequence}`, { error: describeError(error) })
      if (unfit && reply !== fallback) await this.#keep(lease, fallback)
      return reply
    }
  }
}
