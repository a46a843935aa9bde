import type { Endpoint } from './persona-definition.ts'

/** One call of an endpoint. */
export interface Call {
  readonly endpoint: Endpoint
  /** At the token endpoint, once its request has been read. */
  grantType?: string
  /** Of the answer; undefined when there was none, or none yet. */
  status?: number
}

export interface Calls {
  /** @returns the call, for what is known of it later */
  add(endpoint: Endpoint): Call
  /** How many calls of the endpoint there were; with properties, how many such. */
  count(endpoint: Endpoint, only?: { readonly grantType?: string; readonly status?: number }): number
}

export const createCalls = (): Calls => {
  const calls: Call[] = []
  return {
    add(endpoint) {
      const call = { endpoint }
      calls.push(call)
      return call
    },
    count: (endpoint, { grantType, status } = {}) =>
      calls.filter(
        call =>
          call.endpoint === endpoint &&
          (grantType === undefined || call.grantType === grantType) &&
          (status === undefined || call.status === status),
      ).length,
  }
}
