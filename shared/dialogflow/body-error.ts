import type { JsonType } from './json-type.ts'

/**
 * Why a request body was refused, with evidence that repeats nothing of the input: a path is made of documented field
 * names alone, `[]` standing for any item of a list and `*` for any key of a map. All are answered with 400.
 */
export type BodyError =
  | { readonly code: 'body_not_json'; readonly reason: 'utf8' | 'syntax' }
  | { readonly code: 'body_not_object'; readonly observed: JsonType }
  | { readonly code: 'body_too_deep'; readonly limit: number }
  | { readonly code: 'body_forbidden_key'; readonly key: '__proto__' | 'constructor.prototype' }
  /** A WebhookRequest of neither ES nor CX (a *flexible* CX webhook sends none), or of both at once. */
  | { readonly code: 'body_not_webhook_request'; readonly observed: 'neither' | 'both' }
  | {
      readonly code: 'body_wrong_type'
      readonly path: string
      readonly expected: JsonType
      readonly observed: JsonType
    }
