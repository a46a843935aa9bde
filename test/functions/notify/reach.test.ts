import { expect, test } from 'vitest'
import { slack, twilio } from '../../shared/channels/send-stand-ins.ts'
import { startInstance } from '../../shared/identity/instance.ts'
import { accountOf, ada } from '../../shared/identity/people.ts'
import { notificationOf, notifyEstate, serveNotify } from './served-notify.ts'

const HOUR_MS = 60 * 60_000

test('a person with two linked accounts is reached where they wrote last, and with the next one when that refuses', async () => {
  await using estate = await notifyEstate()
  const { identity, signInAndLink } = startInstance({ ...estate })
  const inSlack = accountOf('slack', 'U0ADA', { address: slack })
  const onThePhone = accountOf('twilio', '+15550100199', { address: twilio })
  for (const account of [inSlack, onThePhone]) {
    await identity.seen(account, { language: 'en' })
    await signInAndLink(account, ada)
    estate.clock.now += HOUR_MS
  }
  await using notify = await serveNotify(estate)
  const forAda = (dedupe: string) => notificationOf({ user: { service: ada.service, subject: ada.subject }, dedupe })

  expect(await notify.push(forAda('one'))).toEqual({ status: 200, outcome: 'sent' })
  estate.channels.twilio.fault = 'refuse'
  expect(await notify.push(forAda('two'))).toEqual({ status: 200, outcome: 'sent' })
  estate.channels.twilio.fault = undefined
  await identity.seen(inSlack, { language: 'fr' })
  expect(await notify.push(forAda('three'))).toEqual({ status: 200, outcome: 'held' })
  const { twilio: phone, slack: chat } = estate.channels
  expect([phone.messages.length, chat.messages.length]).toEqual([1, 2])
  expect(chat.messages.at(-1)?.text).toContain('Vous avez un message')
})
