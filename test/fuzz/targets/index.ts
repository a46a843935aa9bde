import type { FuzzTarget } from '../target.ts'
import { callback } from './callback.ts'
import { certificate } from './certificate.ts'
import { cookie } from './cookie.ts'
import { cxBody } from './cx-body.ts'
import { esBody } from './es-body.ts'
import { header } from './header.ts'
import { publishedMessage } from './published-message.ts'
import { servicesFile } from './services-file.ts'
import { sessionToken } from './session-token.ts'
import { token } from './token.ts'

/** Everything that strangers, or an administrator's slip, can give an odd input to. */
export const targets: readonly FuzzTarget[] = [
  header,
  certificate,
  token,
  sessionToken,
  esBody,
  cxBody,
  cookie,
  callback,
  publishedMessage,
  servicesFile,
]
