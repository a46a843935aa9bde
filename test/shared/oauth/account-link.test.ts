import { describe, expect, test } from 'vitest'
import type { AccountOptions } from '../../../shared/oauth/require-account.ts'
import { ada, type EstateOptions, startEstate } from './estate.ts'

const accepted = async (settings: EstateOptions['settings'], options: AccountOptions | undefined) => {
  await using estate = await startEstate({ ...(settings && { settings }) })
  const finished = await estate.signIn({ ...(options && { options }) })
  const submitted = finished.ok ? await estate.oauth.submitCode(ada, finished.value.code) : undefined
  return { submitted, logged: estate.logged.join('\n') }
}

describe('what a handler wants of a sign-in is known when it is over', () => {
  test.each([
    ['asked by default', undefined, undefined, 'yes'],
    ['the service’s own setting', { requiresAssociationConsent: 'notify' }, undefined, 'notify'],
    ['the handler’s', undefined, { requiresAssociationConsent: 'no' }, 'no'],
    [
      'the handler’s before the service’s',
      { requiresAssociationConsent: 'no' },
      { requiresAssociationConsent: 'yes' },
      'yes',
    ],
  ] as const)('consent to the association: %s', async (_whose, settings, options, consent) => {
    const { submitted } = await accepted(settings, options)
    expect(submitted).toMatchObject({ outcome: 'accepted', accountLink: { consent } })
  })

  test('where the user profile goes, with the profile', async () => {
    const { submitted } = await accepted(undefined, { userProfileParameter: 'user_profile' })
    expect(submitted).toMatchObject({
      accountLink: { consent: 'yes', userProfileParameter: 'user_profile' },
      profile: { email: 'ada@contoso.example' },
    })
  })

  test.each([true, false])('associateWithUnifiedUser: %s is accepted, has no effect, and is warned of', async value => {
    const { submitted, logged } = await accepted(undefined, { associateWithUnifiedUser: value })
    expect(submitted).toMatchObject({ outcome: 'accepted', accountLink: { consent: 'yes' } })
    expect(logged).toMatch(
      /"WARNING","associateWithUnifiedUser is deprecated and has no effect".*CHANNEL_ACCOUNT_LINKING/,
    )
  })
})
