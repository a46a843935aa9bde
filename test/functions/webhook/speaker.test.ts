import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { speakerOf } from '../../../functions/webhook/speaker.ts'
import { parseTurn } from '../../../shared/dialogflow/parse-turn.ts'
import { hi } from './served-webhook.ts'

const trust = { sessionTokens: { issuer: 'x', keys: { active: 'a', keys: new Map() } }, connectors: new Set<never>() }

const slack = JSON.parse(readFileSync(new URL('../../fixtures/channels/slack.json', import.meta.url), 'utf8'))

test.each([
  ['nothing', hi, true],
  ['Slack', { ...hi, originalDetectIntentRequest: slack }, false],
])('where %s vouches for who speaks, what they link is kept for the session only: %j', (_what, body, sessionOnly) => {
  const turn = parseTurn(body)
  if (!turn.ok) throw new Error(turn.error.code)
  expect(speakerOf(turn.value, trust, 0)?.speaker.sessionOnly).toBe(sessionOnly)
})
