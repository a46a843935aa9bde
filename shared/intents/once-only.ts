import { Flight, type FlightCall, type FlightOptions } from './flight.ts'
import type { Answer, Late } from './outcome.ts'

export type OnceOnlyOptions = FlightOptions & {
  /** When a handler that is still running is given up: nobody can be waiting for it any more. */
  readonly longestRunMs: number
}

/** Resolves when the answer is there, or the call's deadline has passed. Never rejects. */
export type OnceOnly = (call: FlightCall) => Promise<Answer | Late>

/**
 * Answers a call and its retries once only. Callers in this process share one flight. Processes share a record: one
 * conditional write takes the lease on the call, its holder renews it while the handler runs and then puts the answer in its
 * place; the others look until they find that.
 *
 * What is guaranteed:
 * - While its process lives, its event loop turns and the store takes the renewals, the handler is run **at most once**,
 *   whatever becomes of it: to fail is an answer too (the fallback), and an answer that comes after the deadline is kept for
 *   the retry.
 * - A process that has died, stood still or not reached the store for `leaseMs` has lost the call: a retry then runs the
 *   handler again, from the start. So here it is **at least once**, for nobody can tell how far the first run came, and the
 *   turn must not be lost. The same goes for an answer that the store did not take. Everybody is given the answer that was
 *   stored first.
 * - **When the store fails or hangs, the handler is not run**, and the user is asked to try again. Without the store nobody can
 *   tell a retry from a first call, and retries come just when things are slow. To be asked again is an annoyance, to have
 *   ordered twice is a loss. Handlers that may well run twice say so (`idempotent`) and do not depend on the store.
 *
 * The clocks of the processes are taken to agree to well within `leaseMs`.
 */
export const createOnceOnly = ({ longestRunMs, ...options }: OnceOnlyOptions): OnceOnly => {
  const flights = new Map<string, Flight>()

  const takeOff = (call: FlightCall): Flight => {
    const flight = new Flight(call, options)
    const forget = () => {
      clearTimeout(timer)
      flight.abandon()
      flights.delete(call.id)
    }
    const timer = setTimeout(forget, longestRunMs).unref()
    flights.set(call.id, flight)
    void flight.landed.then(forget)
    return flight
  }

  return async call => {
    const { id, deadline } = call
    // A flight begun by a caller with less time may land without an answer. Then this caller begins another.
    for (;;) {
      const joined = flights.get(id)
      const flight = joined ?? takeOff(call)
      const answer = (await deadline.within(flight.landed)) ?? flight.answer
      if (answer !== undefined) return joined === undefined ? answer : { ...answer, kind: 'repeated' }
      if (deadline.signal.aborted) return { kind: 'late', waitedFor: flight.waitsFor }
    }
  }
}
