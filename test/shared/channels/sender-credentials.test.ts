import { describe, expect, test } from 'vitest'
import { parseChannelCredentials } from '../../../shared/channels/sender-credentials.ts'
import { credentials } from './send-stand-ins.ts'

const problemsOf = (value: unknown): readonly string[] => {
  const parsed = parseChannelCredentials(typeof value === 'string' ? value : JSON.stringify(value))
  return parsed.ok ? [] : parsed.error
}

describe('the credentials of channels', () => {
  test('are taken by workspace, bot and number; a channel may be missing', () => {
    expect(problemsOf(credentials)).toEqual([])
    expect(problemsOf({})).toEqual([])
    const whatsapp = { 'whatsapp:+15550100100': { accountSid: `AC${'0'.repeat(32)}`, authToken: '0123456789abcdef' } }
    expect(problemsOf({ twilio: whatsapp })).toEqual([])
  })

  test.each([
    ['no JSON', 'secret', ['the text is not as documented']],
    ['a list', [], ['the text is not as documented']],
    ['another channel', { facebook: {} }, ['the text is not as documented']],
    ['a user token', { slack: { T0AAAAAAA: 'xoxp-secret' } }, ['slack[0] is not as documented']],
    ['a token for a workspace', { slack: { 'xoxb-secret': 'xoxb-secret' } }, ['slack[0] is not as documented']],
    [
      'a header in a password',
      { microsoft_teams: { '28:bot': { appId: 'x'.repeat(36), appPassword: 'secret\r\nX: y' } } },
      ['microsoft_teams[0].appId is not as documented', 'microsoft_teams[0].appPassword is not as documented'],
    ],
    [
      'a path in an account, in the second entry',
      {
        twilio: {
          ...credentials.twilio,
          '+15550100101': { accountSid: 'AC/../secret', authToken: 'secret-token' },
        },
      },
      ['twilio[1].accountSid is not as documented'],
    ],
    ['a field too many', { twilio: { '+15550100101': { accountSid: 1, password: 'secret' } } }, 3],
  ] as const)('are refused with %s, and no problem has any of their text', (_, value, expected) => {
    const problems = problemsOf(value)
    if (typeof expected === 'number') expect(problems).toHaveLength(expected)
    else expect(problems).toEqual(expected)
    expect(problems.join()).not.toMatch(/secret|AC\/|\+1555/)
  })
})
