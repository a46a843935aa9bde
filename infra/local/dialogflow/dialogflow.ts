import type { JsonObject } from '../../../shared/runtime/json.ts'
import type { Issued } from '../certificates/certificate.ts'
import { clientCertificates } from '../certificates/client-certificates.ts'
import type { Estate } from '../estate.ts'
import type { HeaderField } from '../gateway/proxied-headers.ts'
import { dialogflowHeaders } from './dialogflow-headers.ts'
import { callWebhook, type Exchange } from './webhook-call.ts'

/** In what a call differs from Dialogflow's own. */
export interface Deviation {
  /** By which way: the load balancer by default, one with a lenient policy, or past both straight to the function. */
  readonly url?: URL
  readonly method?: string
  /** `null` for none. */
  readonly client?: Issued | null
  /** `null` for none. */
  readonly token?: string | null
  /** Take the place of fields of the same name. */
  readonly replaced?: readonly HeaderField[]
  /** Come after all others. */
  readonly added?: readonly HeaderField[]
}

/** Calls the webhook as Dialogflow does, but for `deviation`. */
export const callAsDialogflow = async (
  estate: Estate,
  request: JsonObject,
  { url = estate.webhookUrl, method, client, token, replaced = [], added = [] }: Deviation = {},
): Promise<Exchange> => {
  const body = JSON.stringify(request)
  const presented = client === undefined ? await clientCertificates.dialogflow(estate.ca) : (client ?? undefined)
  const bearer = token === undefined ? estate.issuer.issue(estate.genuine) : (token ?? undefined)
  const names = new Set(replaced.map(([name]) => name.toLowerCase()))
  const own = dialogflowHeaders(url, body, bearer).filter(([name]) => !names.has(name.toLowerCase()))
  return await callWebhook({
    url,
    ...(method === undefined ? {} : { method }),
    headers: [...own, ...replaced, ...added],
    body,
    serverRoot: estate.ca.serverRoot,
    client: presented,
  })
}
