import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { takeHeld } from '../../../shared/identity/held-notification.ts'
import { type Notification, notificationKey } from '../../../shared/identity/notification.ts'
import { LEASE_MS } from '../../../shared/identity/notification-claim.ts'
import { undelivered } from '../../../shared/identity/notification-undelivered.ts'
import { send } from '../retention/served-retention.ts'
import { accountsOf, plainReach } from './plain-reach.ts'
import { type NotifyEstate, notificationOf, notifyEstate, serveNotify, wrapped } from './served-notify.ts'

/** Notify in a process of its own, at a push that does not end. */
const stuckProcess = async (estate: NotifyEstate, environment: Readonly<Record<string, string>> = {}) => {
  const child = fork(new URL('notify-process.ts', import.meta.url), {
    env: { PATH: process.env.PATH ?? '', ...estate.environment, ...environment },
  })
  const [port] = await once(child, 'message')
  const headers = { Authorization: `Bearer ${estate.token()}`, 'Content-Type': 'application/json' }
  const body = JSON.stringify(wrapped(notificationOf(), estate.clock.now))
  send(Number(port), { headers, body }).catch(() => {})
  return child
}

const kill = async (child: ChildProcess): Promise<void> => {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

const KEY = notificationKey(notificationOf() as Notification)
const plain = (estate: NotifyEstate) => {
  const { slack, twilio } = accountsOf(estate.clock.now)
  return plainReach({ ada: [slack, twilio] })
}

test('killed while a channel has the message and has not answered: it is sent nowhere again, and reported', async () => {
  await using estate = await notifyEstate()
  await using notify = await serveNotify(estate, plain(estate))
  estate.channels.slack.fault = 'hang'
  const child = await stuckProcess(estate)
  await expect.poll(() => estate.channels.slack.messages.length, { timeout: 10_000 }).toBe(1)
  await kill(child)

  estate.channels.slack.fault = undefined
  expect(await notify.push(notificationOf())).toEqual({ status: 503, outcome: undefined })
  estate.clock.now = Date.now() + LEASE_MS
  expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'undelivered' })
  expect(await estate.store.get(undelivered, KEY)).toMatchObject({
    value: { reason: 'outcome_unknown', user: 'ada', attempts: [{ channel: 'slack', reason: 'broken_off' }] },
  })
  expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'repeated' })
  expect([estate.channels.slack.messages.length, estate.channels.twilio.messages.length]).toEqual([1, 0])
}, 30_000)

test('killed while a busy user is being asked: the message is held for them, and sent nowhere', async () => {
  await using estate = await notifyEstate()
  await using notify = await serveNotify(estate, plain(estate))
  estate.channels.slack.fault = 'hang'
  const child = await stuckProcess(estate, { BUSY: 'yes' })
  await expect.poll(() => estate.channels.slack.messages.length, { timeout: 10_000 }).toBe(1)
  await kill(child)

  estate.channels.slack.fault = undefined
  estate.clock.now = Date.now() + LEASE_MS
  expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'held' })
  expect(await estate.store.get(undelivered, KEY)).toBeUndefined()
  expect([estate.channels.slack.messages.length, estate.channels.twilio.messages.length]).toEqual([1, 0])
  expect(await takeHeld(estate, accountsOf(0).slack.account, 'ada')).toMatchObject([{ text: notificationOf().text }])
}, 30_000)

test('killed before anything was tried: the next delivery sends it', async () => {
  await using estate = await notifyEstate()
  await using notify = await serveNotify(estate, plain(estate))
  // As a process leaves it that has claimed the message and got no further.
  const { promise: asked, resolve } = Promise.withResolvers<void>()
  const findUser = () => {
    resolve()
    return new Promise<never>(() => {})
  }
  await using stuck = await serveNotify(estate, { ...plainReach({}), findUser })
  stuck.push(notificationOf()).catch(() => {})
  await asked
  expect(await notify.push(notificationOf())).toEqual({ status: 503, outcome: undefined })
  estate.clock.now += LEASE_MS
  expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'sent' })
  expect(estate.channels.slack.messages).toHaveLength(1)
})
