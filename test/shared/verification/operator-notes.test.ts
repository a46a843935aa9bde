import { describe, expect, it } from 'vitest'
import { operatorNotes } from '../../../shared/verification/operator-notes.ts'

const notes = Object.entries(operatorNotes)

/** A variable, a file, a switch or a setting of the agent, the load balancer or the cloud; or whom to look for. */
const SOMETHING_TO_CHANGE =
  /[A-Z]+_[A-Z_]+|infra\/|shared\/|--[a-z-]+|agent's webhook settings|load balancer:|server TLS policy|clock|VPC egress|session parameters|[Ss]omebody else is calling|proxy/

const statusOf = (code: string): number => {
  if (code === 'token_service_agent' || code.startsWith('session_')) return 403
  if (code.startsWith('token_')) return 401
  if (/^(?:peer|header|attestation)_/.test(code)) return 403
  return (
    {
      method_not_allowed: 405,
      body_too_large: 413,
      content_type_unsupported: 415,
      content_encoding_unsupported: 415,
      keys_unavailable: 503,
      checks_incomplete: 500,
    }[code] ?? 0
  )
}

describe.each(notes)('%s', (code, { status, severity, hint }) => {
  it('has the status that its kind has', () => {
    expect(status).toBe(statusOf(code))
  })

  it('tells the operator what to look at or to change, in a sentence', () => {
    expect(hint).toMatch(SOMETHING_TO_CHANGE)
    expect(hint).toMatch(/^[A-Z].{20,450}[.?]$/)
  })

  it('is an error where the deployment is at fault, and else no more than a warning', () => {
    expect(['NOTICE', 'WARNING', 'ERROR', 'CRITICAL']).toContain(severity)
    if (status >= 500) expect(['ERROR', 'CRITICAL']).toContain(severity)
    if (status === 405 || status === 415) expect(severity).toBe('NOTICE')
  })
})

it('the words by which people look for the commonest failure are there', () => {
  expect(operatorNotes.peer_error.hint).toContain('x509: certificate signed by unknown authority')
  expect(operatorNotes.peer_unverified.hint).toContain('x509: certificate signed by unknown authority')
})
