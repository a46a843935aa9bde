/** The part of oidc-provider 9 that the identity provider uses; the package ships no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  /** A Koa context; `oidc` is there once a route has matched. */
  export interface Context {
    readonly req: IncomingMessage
    readonly res: ServerResponse
    readonly method: string
    path: string
    querystring: string
    status: number
    type: string
    body: unknown
    respond: boolean
    /** Ours: whom an assertion of client authentication may be meant for. */
    readonly state: { audiences?: ReadonlySet<string> }
    readonly response: { get(field: string): string }
    readonly oidc?: OidcContext
    set(field: string, value: string): void
    redirect(url: string): void
  }

  export interface OidcContext {
    readonly params?: Readonly<Record<string, unknown>>
    readonly entities: {
      readonly AccessToken?: StoredToken
      readonly ClientCredentials?: StoredToken
      readonly RefreshToken?: StoredToken
      readonly Account?: { readonly accountId: string }
    }
  }

  export interface StoredToken {
    readonly clientId: string
    readonly accountId?: string
    readonly grantId?: string
    readonly scope?: string
    readonly exp: number
  }

  export interface Payload {
    accountId?: string
    readonly grantId?: string
    readonly uid?: string
    consumed?: number
    authorizations?: object
  }

  /** Where one kind of record is kept. */
  export interface Adapter {
    upsert(id: string, payload: Payload, expiresIn?: number): Promise<void>
    find(id: string): Promise<Payload | undefined>
    findByUid(uid: string): Promise<Payload | undefined>
    findByUserCode(code: string): Promise<Payload | undefined>
    consume(id: string): Promise<void>
    destroy(id: string): Promise<void>
    revokeByGrantId(grantId: string): Promise<void>
  }

  interface Finder {
    find(id: string): Promise<StoredToken | undefined>
  }

  interface Grant {
    readonly accountId: string
    addOIDCScope(scope: string): void
    save(): Promise<string>
  }

  export interface Interaction {
    readonly uid: string
    readonly grantId?: string
    readonly params: Readonly<Record<string, string | undefined>>
    /** Who is signed in already. */
    readonly session?: { readonly uid: string; readonly accountId: string }
  }

  /** oidc-provider/docs: "Configuration options". */
  export type Configuration = Readonly<Record<string, unknown>>

  export type Middleware = (context: Context, next: () => Promise<void>) => Promise<void>

  export class Provider {
    constructor(issuer: string, configuration: Configuration)
    proxy: boolean
    readonly AccessToken: Finder
    readonly ClientCredentials: Finder
    readonly Client: { find(id: string): Promise<object | undefined> }
    readonly Grant: {
      new (properties: { accountId: string; clientId: string }): Grant
      find(id: string): Promise<Grant | undefined>
    }
    readonly OIDCContext: {
      readonly prototype: { clientJwtAuthExpectedAudience: (this: { readonly ctx: Context }) => ReadonlySet<string> }
    }
    use(middleware: Middleware): this
    on(event: string, listener: (...values: unknown[]) => void): this
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionResult(
      request: IncomingMessage,
      response: ServerResponse,
      result: Readonly<Record<string, unknown>>,
      options: { mergeWithLastSubmission: boolean },
    ): Promise<string>
  }

  interface Prompts {
    add(prompt: object, index: number): void
  }

  export const interactionPolicy: {
    base(): Prompts
    Prompt: new (options: { name: string; requestable: boolean }) => object
  }
}
