import type { Answer } from './call.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

/** What an answer says about who gave it. */
type Verdict =
  /** As if the call were Dialogflow's: an answer, or a complaint about a body that should not have been read. */
  | 'believed'
  /** By the webhook. */
  | 'refused'
  /** By something in front of it: the load balancer, Cloud Armor, Cloud Run. */
  | 'turned away'
  | 'redirected'
  | 'missing'
  | 'failing'
  | 'closed'
  | 'silent'

const verdictOf = (answer: Answer): Verdict => {
  if (answer.outcome !== 'answered') return answer.outcome
  const { status, byFunction } = answer
  if (status < 300) return 'believed'
  if (status < 400) return 'redirected'
  if (status >= 500) return 'failing'
  if (byFunction) return status === 400 ? 'believed' : 'refused'
  return status === 404 ? 'missing' : 'turned away'
}

const describe = (answer: Answer): string => {
  if (answer.outcome === 'silent') return 'no answer in time'
  if (answer.outcome === 'closed') return `the connection was closed (${answer.reason})`
  return `${answer.status}${answer.byFunction ? ' from the webhook' : ''}`
}

const BELIEVED =
  'Everybody is answered. Deploy the webhook of this project (dist/webhook) behind google_compute_backend_service.webhook, ' +
  'and see that nothing else serves this URL: google_compute_url_map.webhook in infra/load-balancer-webhook.tf'

const REJECT_INVALID =
  'Set client_validation_mode = "REJECT_INVALID" in google_network_security_server_tls_policy.dialogflow in ' +
  'infra/client-trust.tf, and attach it: server_tls_policy of google_compute_target_https_proxy.webhook'

const LOG = 'gcloud run services logs read webhook --region REGION'

/** A call with a certificate that must not get through the load balancer, or with none. */
export const untrustedClientFinding = (check: string, answer: Answer): Finding => {
  const verdict = verdictOf(answer)
  switch (verdict) {
    case 'closed':
      return ok(check, `The load balancer ends the connection (${answer.outcome === 'closed' ? answer.reason : ''}).`)
    case 'believed':
      return problem(check, `The call was believed: ${describe(answer)}.`, BELIEVED)
    case 'silent':
      return warning(check, 'No answer in time.', `Is the webhook running? ${LOG}`)
    default:
      return warning(check, `The load balancer lets the call through: ${describe(answer)}.`, REJECT_INVALID)
  }
}

/** A call that gets to the webhook, which has to refuse it. */
export const refusalFinding = (check: string, answer: Answer): Finding => {
  switch (verdictOf(answer)) {
    case 'believed':
      return problem(check, `The call was believed: ${describe(answer)}.`, BELIEVED)
    case 'failing':
    case 'silent':
      return warning(check, `Not refused, but failed: ${describe(answer)}.`, `What the webhook says of it: ${LOG}`)
    default:
      return ok(check, `Refused: ${describe(answer)}.`)
  }
}

/** What keeps Dialogflow from an answer at this URL; `undefined` when nothing of the kind was seen. */
export const pathFinding = (answer: Answer): Finding | undefined => {
  const check = 'path'
  switch (verdictOf(answer)) {
    case 'redirected': {
      const to = answer.outcome === 'answered' ? answer.location.slice(0, 200) : ''
      const insecure = to.startsWith('http:') ? ' That is plain HTTP, which Dialogflow does not speak.' : ''
      return problem(
        check,
        `The URL redirects to ${to}; Dialogflow does not follow.${insecure}`,
        'Give the agent the URL that answers itself: output.webhook_url',
      )
    }
    case 'missing':
      return problem(
        check,
        `Nothing is at this path: ${describe(answer)}.`,
        'Give the agent output.webhook_url; google_compute_url_map.webhook sends every path to the webhook.',
      )
    case 'failing':
      return problem(
        check,
        `There is no webhook behind the load balancer, or it fails: ${describe(answer)}.`,
        `502: google_compute_region_network_endpoint_group.webhook leads to no running service. 500, 503: ${LOG}`,
      )
    case 'silent':
      return problem(
        check,
        'No answer in time. Dialogflow ES waits for five seconds.',
        `Keep an instance warm: var.instances.webhook_min. What the webhook does: ${LOG}`,
      )
    default:
      return undefined
  }
}

/** Another address that may lead to the same webhook, past the load balancer. */
export const otherWayFinding = (url: URL, answer: Answer): Finding => {
  const check = `another way in, ${url.host}`
  const change =
    'Close it: ingress and default_uri_disabled of google_cloud_run_v2_service.function["webhook"] in infra/cloud-run.tf, ' +
    'or: gcloud run services update webhook --region REGION --ingress internal-and-cloud-load-balancing'
  switch (verdictOf(answer)) {
    case 'believed':
      return problem(check, `The call was believed, with forged headers: ${describe(answer)}.`, change)
    case 'refused':
      return problem(
        check,
        `The webhook itself answers here: ${describe(answer)}. Only its own checks are left.`,
        change,
      )
    case 'failing':
    case 'redirected':
      return warning(check, `Something answers: ${describe(answer)}.`, change)
    default:
      return ok(check, `Leads nowhere: ${describe(answer)}.`)
  }
}
