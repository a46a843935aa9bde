import { fail, ok } from '../runtime/result.ts'
import type { Check } from './call.ts'
import { excerpt } from './rejection.ts'

/** JSON is UTF-8 (RFC 8259 §8.1); the parameter may say so, in the ways RFC 9110 §8.3.1 lets it be written. */
const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-?8|"utf-?8")[ \t]*)?;?$/i

/** One `Content-Type` that says JSON, and no compression: Dialogflow uses none, and an inflated body would escape the size limit. */
export const contentType: Check = call => {
  const types = call.headers.all('Content-Type')
  const [type] = types
  if (type === undefined || types.length > 1 || !JSON_TYPE.test(type)) {
    return fail({ code: 'content_type_unsupported', observed: excerpt(types.join(', ')) })
  }
  const encodings = call.headers.all('Content-Encoding')
  if (encodings.some(encoding => encoding.toLowerCase() !== 'identity')) {
    return fail({ code: 'content_encoding_unsupported', observed: excerpt(encodings.join(', ')) })
  }
  return ok({})
}
