import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from 'oidc-provider'
import type { Endpoint } from './persona-definition.ts'

/** What can go wrong at an endpoint. */
export type Fault =
  /** The connection breaks off and nothing was done. */
  | { readonly kind: 'down' }
  /** It was done, and the connection breaks off before the answer. */
  | { readonly kind: 'lost' }
  /** It is done at once and answered late. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** Nothing was done; a web page with status 200. */
  | { readonly kind: 'html' }
  /** Nothing was done; an error page with this status. */
  | { readonly kind: 'status'; readonly status: number }
  /** Nothing was done; this text as `application/json` with status 200, whether it is JSON or not. */
  | { readonly kind: 'json'; readonly text: string }

export interface Faults {
  /** @param times how often it happens; until it is cleared by default */
  set(endpoint: Endpoint, fault: Fault, times?: number): void
  /** All of them when no endpoint is given. */
  clear(endpoint?: Endpoint): void
  /** Serves a call, with the endpoint's fault if it has one. */
  serve(endpoint: Endpoint, context: Context, next: () => Promise<void>): Promise<void>
}

const page = (title: string): string => `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1></html>`

const breakOff = ({ req }: Context): void => {
  req.socket.destroy()
}

const answer = (context: Context, status: number, type: string, body: string): void => {
  context.status = status
  context.type = type
  context.body = body
}

export const createFaults = (): Faults => {
  const faults = new Map<Endpoint, { readonly fault: Fault; left: number }>()

  const take = (endpoint: Endpoint): Fault | undefined => {
    const entry = faults.get(endpoint)
    if (entry === undefined || entry.left === 0) return undefined
    entry.left -= 1
    return entry.fault
  }

  return {
    set(endpoint, fault, times = Number.POSITIVE_INFINITY) {
      faults.set(endpoint, { fault, left: times })
    },
    clear(endpoint) {
      if (endpoint === undefined) faults.clear()
      else faults.delete(endpoint)
    },
    async serve(endpoint, context, next) {
      const fault = take(endpoint)
      switch (fault?.kind) {
        case undefined:
          return next()
        case 'down':
          return breakOff(context)
        case 'lost':
          await next()
          return breakOff(context)
        case 'slow':
          await next()
          // Unreferenced: a late answer keeps no process alive.
          return delay(fault.milliseconds, undefined, { ref: false })
        case 'html':
          return answer(context, 200, 'text/html', page('Scheduled maintenance'))
        case 'status':
          return answer(context, fault.status, 'text/html', page('Error'))
        case 'json':
          return answer(context, 200, 'application/json', fault.text)
      }
    },
  }
}
