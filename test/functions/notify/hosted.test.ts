import { expect, test } from 'vitest'
import { startFunction } from '../../../infra/local/function-process.ts'
import { freePort } from '../../../infra/local/listen.ts'
import { notificationOf, notifyEstate, wrapped } from './served-notify.ts'

test('runs under functions-framework as it is deployed, for pushes and CloudEvents, at the path of the subscription', async () => {
  await using estate = await notifyEstate()
  const port = await freePort()
  await using notify = await startFunction({
    source: 'functions/notify/index.ts',
    target: 'notify',
    port,
    environment: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...estate.environment },
  })
  const push = { Authorization: `Bearer ${estate.token()}`, 'Content-Type': 'application/json' }
  const event = {
    ...push,
    'ce-specversion': '1.0',
    'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
    'ce-source': '//pubsub.googleapis.com/projects/example/topics/notifications',
    'ce-id': '2070443601311540',
  }
  for (const [dedupe, headers] of Object.entries({ push, event })) {
    const body = JSON.stringify(wrapped(notificationOf({ dedupe }), estate.clock.now))
    const post = (authorization: string) =>
      fetch(`http://127.0.0.1:${port}/projects/example/topics/notifications`, {
        method: 'POST',
        headers: { ...headers, Authorization: authorization },
        body,
      })
    const answered = await post(headers.Authorization)
    // Nobody has ever signed in.
    expect([answered.status, await answered.json()]).toEqual([200, { outcome: 'undelivered' }])
    expect((await post('Bearer a.b.c')).status).toBe(401)
  }
  expect(await notify.log.find(0, ({ message }) => message === 'notification undelivered')).toMatchObject({
    severity: 'ERROR',
    reason: 'user_unknown',
  })
}, 30_000)
