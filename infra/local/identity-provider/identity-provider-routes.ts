import type { Endpoint, PersonaDefinition, Relocate } from './persona-definition.ts'

/** Where oidc-provider has its endpoints by default. */
const INTERNAL_PATHS = {
  authorization: '/auth',
  token: '/token',
  revocation: '/token/revocation',
  userinfo: '/me',
  jwks: '/jwks',
  discovery: '/.well-known/openid-configuration',
} as const satisfies Record<Endpoint, string>

const ENDPOINTS = ['authorization', 'token', 'revocation', 'userinfo', 'jwks', 'discovery'] as const

/** The pages, and the way back from them: oidc-provider's own paths. */
const PAGE = /^\/(?:interaction|auth)\/[\w-]+$/

/** Which endpoint of a persona a path leads to. */
export interface Route {
  readonly endpoint: Endpoint
  /** Where oidc-provider has it. */
  readonly internalPath: string
  /** What stands in the place of `{tenant}`. */
  readonly tenant: string | undefined
}

/** What a client has to be told about a provider. An endpoint that it does not have is left out. */
export type Addresses = { readonly issuer: string; readonly authorization: string; readonly token: string } & {
  readonly [Name in Endpoint]?: string
}

const pathOf = (url: string): string => url.replace(/^https:\/\/[^/]+/, '')

/** Whether a path is as the pattern says; what stands for `{tenant}` is captured. */
const match = (pattern: string, path: string): { readonly tenant: string | undefined } | undefined => {
  const expected = pattern.split('/')
  const segments = path.split('/')
  if (segments.length !== expected.length) return undefined
  const tenant = segments[expected.indexOf('{tenant}')]
  return expected.every((segment, at) => segment === segments[at] || segment === '{tenant}') ? { tenant } : undefined
}

/** @returns `page` for one of oidc-provider's own, undefined for what does not exist */
export const resolve = ({ endpoints }: PersonaDefinition, path: string): Route | 'page' | undefined => {
  for (const endpoint of ENDPOINTS) {
    const url = endpoints[endpoint]
    const found = url === undefined ? undefined : match(pathOf(url), path)
    if (found !== undefined) return { endpoint, internalPath: INTERNAL_PATHS[endpoint], ...found }
  }
  return PAGE.test(path) ? 'page' : undefined
}

/** @param tenant what takes the place of `{tenant}`: the first shared tenant by default */
export const addressesOf = (
  { endpoints, issuer, sharedTenants }: PersonaDefinition,
  relocate: Relocate,
  tenant = sharedTenants?.[0],
): Addresses => {
  const at = (url: string): string => relocate(url).replace('{tenant}', tenant ?? '')
  const { authorization, token, ...others } = endpoints
  return {
    issuer: issuer(relocate, tenant),
    authorization: at(authorization),
    token: at(token),
    ...Object.fromEntries(Object.entries(others).map(([endpoint, url]) => [endpoint, at(url)])),
  }
}
