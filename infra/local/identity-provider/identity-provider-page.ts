import type { Context, Interaction, Provider } from 'oidc-provider'
import { readBody } from '../../../shared/runtime/read-body.ts'
import { type Account, fullName } from './identity-provider-accounts.ts'
import type { PersonaName } from './identity-provider-personas.ts'
import type { ProviderStore } from './identity-provider-store.ts'

export interface PageOptions {
  readonly provider: Provider
  readonly persona: PersonaName
  readonly accounts: Iterable<Account>
  readonly store: ProviderStore
}

const FORM_LIMITS = { maxBytes: 4096, timeoutMs: 5000 }

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)

const STYLE = `:root{color-scheme:light dark}body{font:1rem/1.5 system-ui;max-width:26rem;margin:10vh auto;padding:0 1rem}
li{overflow-wrap:anywhere}
button{font:inherit;display:block;width:100%;margin:.5rem 0;padding:.75rem;text-align:start}`

const page = (persona: PersonaName, { params }: Interaction, accounts: readonly Account[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in (${persona})</title>
<style>${STYLE}</style></head><body><main><h1>Sign in</h1>
<p>Emulated provider: <b>${persona}</b>. The application <b>${escapeHtml(params.client_id ?? '')}</b> asks for:</p>
<ul>${(params.scope ?? '')
  .split(' ')
  .map(scope => `<li>${escapeHtml(scope)}</li>`)
  .join('')}</ul>
<form method="post">
${accounts
  .map(
    account =>
      `<button name="account" value="${escapeHtml(account.id)}">Allow as ${escapeHtml(fullName(account))}</button>`,
  )
  .join('\n')}
<button name="refuse" value="yes">Cancel</button>
</form></main></body></html>`

/** The session's grant if it is this person's, with what is asked for now; otherwise a new one. */
const grantFor = async (provider: Provider, { grantId, params }: Interaction, accountId: string): Promise<string> => {
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const grant =
    known?.accountId === accountId ? known : new provider.Grant({ accountId, clientId: params.client_id ?? '' })
  grant.addOIDCScope(params.scope ?? '')
  return grant.save()
}

/** @param form what the page has posted; undefined when no button of the page posts that */
const decide = async (
  provider: Provider,
  interaction: Interaction,
  form: URLSearchParams,
  offered: readonly Account[],
) => {
  if (form.has('refuse')) return { error: 'access_denied', error_description: 'The user refused' }
  const account = offered.find(({ id }) => id === form.get('account'))
  if (account === undefined) return undefined
  const grantId = await grantFor(provider, interaction, account.id)
  return { select_account: {}, login: { accountId: account.id }, consent: { grantId } }
}

/** The one page of the provider: one button signs in and consents at once. Another one refuses. */
export const servePage = async (
  context: Context,
  { provider, persona, accounts, store }: PageOptions,
): Promise<void> => {
  const interaction = await provider.interactionDetails(context.req, context.res)
  const { tenant } = interaction.params
  const offered = [...accounts].filter(({ tenantId }) => tenant === undefined || tenant === tenantId)
  context.set('Cache-Control', 'no-store')
  if (context.method !== 'POST') {
    context.type = 'html'
    context.body = page(persona, interaction, offered)
    return
  }
  const body = await readBody(context.req, FORM_LIMITS)
  const form = new URLSearchParams(body.ok ? body.value.toString() : '')
  const result = await decide(provider, interaction, form, offered)
  if (result === undefined) {
    context.status = 400
    return
  }
  const returnTo = await provider.interactionResult(context.req, context.res, result, {
    mergeWithLastSubmission: false,
  })
  // Otherwise oidc-provider would ask, on a page of its own, whether to sign the other person out.
  const { session } = interaction
  if (session !== undefined && session.accountId !== result.login?.accountId) store.signOut(session.uid)
  context.redirect(returnTo)
  context.status = 303
}
