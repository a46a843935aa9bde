import http from 'node:http'
import { startNotify } from '../../../functions/notify/start.ts'
import { listen } from '../../../infra/local/listen.ts'
import { accountsOf, plainReach } from './plain-reach.ts'

// A process of `killed.test.ts`: notify for Ada, who has Slack and Twilio, until it is killed.

const { BUSY = '' } = process.env
const { slack, twilio } = accountsOf(Date.now())
const accounts = [BUSY === '' ? slack : { ...slack, lastSeen: Date.now() }, twilio]
const notify = await startNotify({
  environment: process.env,
  clock: Date.now,
  log: () => {},
  reach: plainReach({ ada: accounts }),
})
const server = http.createServer((request, response) => void notify(request, response))
process.send?.(await listen(server))
