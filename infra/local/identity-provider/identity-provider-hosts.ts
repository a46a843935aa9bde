import type { CustomFetchOptions } from 'openid-client'
import type { PersonaDefinition, Relocate } from './persona-definition.ts'

/** As much of fetch as clients use; openid-client's `customFetch` is of this kind. */
export type Fetch = (url: string, options?: Partial<CustomFetchOptions>) => Promise<Response>

/** Under which names a provider is reached. */
export interface Hosts {
  readonly relocate: Relocate
  readonly fetch: Fetch
}

/** Node's own. */
export const plainFetch: Fetch = (url, { body = null, ...options } = {}) => globalThis.fetch(url, { ...options, body })

/**
 * @param origin where the emulation listens
 * @returns `relocate`, which gives every URL the emulation's origin, and the ordinary fetch
 */
export const loopbackHosts = (origin: string): Hosts => ({
  relocate: url => url.replace(/^https:\/\/[^/]+/, origin),
  fetch: plainFetch,
})

/** @returns `relocate`, which leaves URLs alone, and a fetch that leads the provider's real hosts to the emulation */
export const realHosts = (origin: string, { endpoints }: PersonaDefinition): Hosts => {
  const origins = new Set(Object.values(endpoints).map(url => new URL(url).origin))
  return {
    relocate: url => url,
    fetch(url, options) {
      const { origin: asked, host, pathname, search } = new URL(url)
      if (!origins.has(asked)) return plainFetch(url, options)
      const headers = { ...options?.headers, 'X-Forwarded-Host': host, 'X-Forwarded-Proto': 'https' }
      return plainFetch(`${origin}${pathname}${search}`, { ...options, headers })
    },
  }
}
