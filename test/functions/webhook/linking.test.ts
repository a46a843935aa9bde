import { describe, expect, test } from 'vitest'
import { localize } from '../../../shared/dialogflow/localized.ts'
import { heldEntry, heldNotifications } from '../../../shared/identity/held-notification.ts'
import { slack, slackChannel, sms, startConversing } from './conversing.ts'

const HOUR_MS = 3_600_000
const ASK = /Shall I remember that this \S+ account is yours\?/

describe('after a sign-in in a channel whose accounts are linked', () => {
  test('the interrupted question is answered, then the user is asked; “link account” links', async () => {
    await using talk = await startConversing()
    const answer = await talk.signIn(slack(), 'ada')
    expect(answer.text).toMatch(/^You are ada\.\nShall I remember that this Slack account is yours\?/)
    expect(answer.text).toContain('Link account\nNever link this account\nNot now')
    expect((await talk.say(slack(), 'link account')).text).toBe('Your Slack account is linked.')
    expect((await talk.say(slack(), 'Who am I?')).text).toBe('You are ada.')
  })

  test('whoever signs in on two channels and links both is one user: signed out in one, they are signed out in the other', async () => {
    await using talk = await startConversing()
    for (const place of [slack(), sms()]) {
      await talk.signIn(place, 'ada')
      await talk.say(place, 'Link account')
    }
    expect((await talk.say(sms(), 'Who am I?')).text).toBe('You are ada.')
    await talk.say(slack(), 'Sign me out')
    expect((await talk.say(sms(), 'Who am I?')).text).toContain('/link/')
  })

  test.each([
    ['never', 'Never link this account', /^I will not link this account/],
    ['not now', 'Not now', /^Then not\./],
  ])('“%s” leaves the account alone, and signed in', async (_choice, said, answer) => {
    await using talk = await startConversing()
    await talk.signIn(slack(), 'ada')
    expect((await talk.say(slack(), said)).text).toMatch(answer)
    expect((await talk.say(slack(), 'Who am I?')).text).toBe('You are ada.')
  })

  test.each([
    ['not now', 'Not now', 24 * HOUR_MS, false],
    ['not now', 'Not now', 24 * HOUR_MS + 1, true],
    ['never', 'Never link this account', 24 * HOUR_MS + 1, false],
  ])('after “%s”, at a sign-in %3$d ms later, asked again: %4$s', async (_choice, said, later, isAsked) => {
    await using talk = await startConversing()
    await talk.signIn(slack(), 'ada')
    await talk.say(slack(), said)
    talk.estate.clock.now += later
    await talk.say(slack(), 'Sign me out')
    expect(ASK.test((await talk.signIn(slack(), 'ada')).text)).toBe(isAsked)
  })

  test('“link my account” takes back “never”, at once where the user is signed in', async () => {
    await using talk = await startConversing()
    await talk.signIn(slack(), 'ada')
    await talk.say(slack(), 'Never link this account')
    expect((await talk.say(slack(), 'Link my account')).text).toBe('Your Slack account is linked.')
    expect((await talk.say(slack(), 'Unlink my account')).text).toBe('This account is no longer linked to you.')
  })

  test.each([
    ['no', 'You are ada.'],
    ['notify', /^You are ada\.\nI have linked your Slack account to you/],
  ] as const)('with consent %s it is linked without a question', async (consent, answer) => {
    await using talk = await startConversing({ accountOptions: { requiresAssociationConsent: consent } })
    expect((await talk.signIn(slack(), 'ada')).text).toMatch(answer)
    expect((await talk.say(slack(), 'Unlink my account')).text).toBe('This account is no longer linked to you.')
  })

  test('nobody is told that they will be asked where linking is off', async () => {
    await using talk = await startConversing({ linking: { enabled: false } })
    expect((await talk.say(slack(), 'Link my account')).text).toBe('This account cannot be linked.')
  })

  test('nobody is asked where linking is off', async () => {
    await using talk = await startConversing({ linking: { enabled: false } })
    expect((await talk.signIn(slack(), 'ada')).text).toBe('You are ada.')
    expect((await talk.say(slack(), 'Link account')).text).toBe('')
  })

  test('the answer counts from the account that was asked, in the conversation where it was', async () => {
    await using talk = await startConversing()
    await talk.signIn(slack(), 'ada')
    expect((await talk.say(slack('U0000000X'), 'Link account')).text).toBe('')
    expect((await talk.say(slack(), 'Link account', 'another')).text).toBe('')
    expect((await talk.say(slack(), 'Link account')).text).toBe('Your Slack account is linked.')
    expect((await talk.say(slack(), 'Link account')).text).toBe('')
  })
})

describe('somebody else signs in with an account that is linked', () => {
  const conflict = async () => {
    const talk = await startConversing({ accountOptions: { requiresAssociationConsent: 'no' } })
    await talk.signIn(slack(), 'ada')
    await talk.signIn(sms(), 'ada')
    await talk.say(sms(), 'Sign me out')
    return talk
  }

  test('is asked, although the setting says no; until then nothing changes', async () => {
    await using talk = await conflict()
    const answer = await talk.signIn(sms(), 'grace')
    expect(answer.text).toMatch(/^You are grace\.\nThis SMS account is linked to another user/)
    expect((await talk.signIn(slack(), 'ada')).text).toBe('You are ada.')
  })

  test('“link account” moves it, and ada’s other channel is ada’s still', async () => {
    await using talk = await conflict()
    await talk.signIn(sms(), 'grace')
    expect((await talk.say(sms(), 'Link account')).text).toBe('Your SMS account is linked.')
    expect((await talk.say(sms(), 'Who am I?')).text).toBe('You are grace.')
    expect((await talk.signIn(slack(), 'ada')).text).toBe('You are ada.')
    expect((await talk.say(sms(), 'Who am I?')).text).toBe('You are grace.')
  })

  test('“not now” revokes what grace has just granted', async () => {
    await using talk = await conflict()
    await talk.signIn(sms(), 'grace')
    const before = talk.estate.idp.calls.count('revocation', { status: 200 })
    expect((await talk.say(sms(), 'Not now')).text).toMatch(/^Then not\./)
    expect(talk.estate.idp.calls.count('revocation', { status: 200 })).toBeGreaterThan(before)
    expect((await talk.say(sms(), 'Who am I?')).text).not.toContain('grace')
  })

  test('and says nothing to it: what they granted is gone when the account is unlinked', async () => {
    await using talk = await conflict()
    await talk.signIn(sms(), 'grace')
    await talk.say(sms(), 'Unlink my account')
    expect((await talk.say(sms(), 'Who am I?')).text).toContain('/link/')
  })
})

describe('a process that dies when it has taken the code', () => {
  const linked = async () => {
    const talk = await startConversing({ accountOptions: { requiresAssociationConsent: 'no' } })
    await talk.signIn(slack(), 'ada')
    await talk.signIn(sms(), 'ada')
    await talk.say(sms(), 'Sign me out')
    return talk
  }

  test('loses nothing: the user is signed in, on all their channels', async () => {
    await using talk = await linked()
    await talk.signInAndDie(sms(), 'ada')
    expect((await talk.say(sms(), 'Who am I?')).text).toBe('You are ada.')
    expect((await talk.say(slack(), 'Who am I?')).text).toBe('You are ada.')
  })

  test('gives nobody the account of somebody else', async () => {
    await using talk = await linked()
    await talk.signInAndDie(sms(), 'grace')
    for (const place of [sms(), slack()]) expect((await talk.say(place, 'Who am I?')).text).toContain('/link/')
  })

  test('has nobody signed in again who signs out', async () => {
    await using talk = await linked()
    await talk.signInAndDie(sms(), 'ada')
    await talk.say(sms(), 'Sign me out')
    expect((await talk.say(sms(), 'Who am I?')).text).toContain('/link/')
  })

  test('has no account linked unasked that is unlinked in another turn meanwhile', async () => {
    await using talk = await linked()
    await talk.signInAndDie(sms(), 'ada')
    const { signedIn, isLinkable } = talk.identity
    talk.accounts.identity.signedIn = async (account, signIn) => {
      const other = await talk.identity.unlink(account)
      expect(other && isLinkable(account)).toBe(true)
      return signedIn(account, signIn)
    }
    await talk.say(sms(), 'Who am I?')
    expect((await talk.say(sms(), 'Unlink my account')).text).toBe('This account was not linked.')
  })
})

test('the agent’s own token does not ask whose the account is', async () => {
  await using talk = await startConversing()
  talk.accounts.identity.userOf = () => Promise.reject(new Error('the store is down'))
  expect((await talk.say(slack(), 'Who are you?')).text).toBe('token')
})

test('who has signed in is signed in, even if the store fails when the account is to be linked', async () => {
  await using talk = await startConversing()
  talk.accounts.identity.signedIn = () => Promise.reject(new Error('the store is down'))
  expect((await talk.signIn(slack(), 'ada')).text).toBe('You are ada.')
  expect(talk.entries).toContainEqual(
    expect.objectContaining({ severity: 'ERROR', message: 'channel account not linked: the store failed' }),
  )
})

describe('the user’s own data', () => {
  test('is not exported where others read along', async () => {
    await using talk = await startConversing()
    await talk.say(slack(), 'Who am I?')
    expect((await talk.say(slackChannel(), 'Export my data')).text).toMatch(/^I tell you that only where nobody else/)
  })

  test('is exported where nobody else reads along, without a token', async () => {
    await using talk = await startConversing({ accountOptions: { requiresAssociationConsent: 'no' } })
    await talk.signIn(slack(), 'ada')
    await talk.signIn(sms(), 'ada')
    const { text } = await talk.say(slack(), 'Export my data')
    expect(text).toMatch(/^This is all that I keep of you:\n/)
    const data = JSON.parse(text.slice(text.indexOf('{')))
    expect(JSON.stringify(data)).toContain('+33639981234')
    expect(JSON.stringify(data)).toContain('U2URF86K1')
  })

  test.each(['Export my data', 'Read message'])('“%s” is answered in messages that their channel takes', async said => {
    await using talk = await startConversing({ accountOptions: { requiresAssociationConsent: 'no' } })
    const { store, keyring, clock } = talk.estate
    await talk.signIn(sms(), 'ada')
    const found = await talk.identity.findUser({ service: talk.estate.service, subject: 'ada' })
    const notification = { user: { username: 'ada' }, text: '😀'.repeat(2000), dedupe: '1' }
    const { key, entry } = heldEntry(
      { clock: () => clock.now, keyring },
      { account: '["twilio","+33639981234"]', user: found.outcome === 'found' ? found.user : 'nobody', notification },
    )
    await store.put(heldNotifications, key, entry)
    const { parts } = await talk.say(sms(), said)
    const texts = parts.flatMap(part => (part.kind === 'text' ? [localize(part.text, 'en')] : []))
    expect(texts.join('')).toContain(notification.text)
    expect(Math.max(...texts.map(text => text.length))).toBeLessThanOrEqual(1600)
    expect(texts.every(text => text.isWellFormed())).toBe(true)
  })

  test('is forgotten with a sign-in that waits for its code', async () => {
    await using talk = await startConversing()
    const code = await talk.browse(slack(), 'ada')
    await talk.say(slack(), 'Forget me')
    expect((await talk.say(slack(), code)).text).toBe('')
    await expect.poll(() => talk.estate.idp.calls.count('revocation', { status: 200 })).toBeGreaterThan(0)
  })

  test('is forgotten on every channel, revoked at the provider, and nothing is left but “never”', async () => {
    await using talk = await startConversing({ accountOptions: { requiresAssociationConsent: 'no' } })
    await talk.signIn(slack(), 'ada')
    await talk.signIn(sms(), 'ada')
    expect((await talk.say(slack(), 'Forget me')).text).toMatch(/^I have forgotten you/)
    expect(talk.estate.idp.calls.count('revocation', { status: 200 })).toBeGreaterThan(0)
    const { text } = await talk.say(slack(), 'Export my data')
    expect(text).not.toMatch(/\+33|ada/)
  })
})

test('a profile that a handler asked for is in the session’s parameters', async () => {
  await using talk = await startConversing({ accountOptions: { userProfileParameter: 'user_profile' } })
  const { parameters } = await talk.signIn(slack(), 'ada')
  expect(JSON.stringify(parameters)).toContain('ada@contoso.example')
})

describe('messages that were held while the user was busy', () => {
  test('are read out when the user says so, once, and to nobody else', async () => {
    await using talk = await startConversing({ accountOptions: { requiresAssociationConsent: 'no' } })
    const { store, keyring, clock } = talk.estate
    await talk.signIn(slack(), 'ada')
    const found = await talk.identity.findUser({ service: talk.estate.service, subject: 'ada' })
    const user = found.outcome === 'found' ? found.user : 'nobody'
    const notification = {
      user: { username: 'ada' },
      text: 'Your order is on its way.',
      link: 'https://shop.example/1',
      dedupe: '1',
    }
    const { key, entry } = heldEntry(
      { clock: () => clock.now, keyring },
      { account: '["slack","T024BE7LD","U2URF86K1"]', user, notification },
    )
    await store.put(heldNotifications, key, entry)
    expect((await talk.say(slackChannel(), 'Read message')).text).toMatch(/^I tell you that only where nobody else/)
    expect((await talk.say(slack('U0000000X'), 'Read message')).text).toBe('')
    expect((await talk.say(slack(), 'read message.')).text).toBe(
      'Your order is on its way.\nOpen\nhttps://shop.example/1',
    )
    expect((await talk.say(slack(), 'Read message')).text).toBe('')
  })
})
