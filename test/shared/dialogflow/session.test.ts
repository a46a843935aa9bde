import { describe, expect, test } from 'vitest'
import { agentOf, parseSession } from '../../../shared/dialogflow/session.ts'

const none = {
  project: undefined,
  location: undefined,
  agent: undefined,
  environment: undefined,
  user: undefined,
  id: undefined,
}

describe('parseSession', () => {
  test.each([
    ['projects/p/agent/sessions/s', { project: 'p', id: 's' }],
    ['projects/p/agent/environments/e/users/u/sessions/s', { project: 'p', environment: 'e', user: 'u', id: 's' }],
    ['projects/p/agent/environments/e/users/-/sessions/s', { project: 'p', environment: 'e', id: 's' }],
    ['projects/p/locations/l/agent/sessions/s', { project: 'p', location: 'l', id: 's' }],
    [
      'projects/p/locations/l/agent/environments/e/users/u/sessions/s',
      { project: 'p', location: 'l', environment: 'e', user: 'u', id: 's' },
    ],
    ['projects/p/locations/l/agents/a/sessions/s', { project: 'p', location: 'l', agent: 'a', id: 's' }],
    [
      'projects/p/locations/l/agents/a/environments/e/sessions/s',
      { project: 'p', location: 'l', agent: 'a', environment: 'e', id: 's' },
    ],
  ])('takes %s apart', (name, parts) => {
    expect(parseSession(name)).toEqual({ ...none, name, ...parts })
  })

  test.each([
    'sessionRandom',
    'projects/p',
    'projects//agent/sessions/s',
    'projects/p/agent/sessions/',
    'projects/p/agent/sessions/s/contexts/c',
    ' projects/p/agent/sessions/s',
    'projects/p/agent/sessions/s\nprojects/q/agent/sessions/s/',
    'projects/p/agents/a/sessions/s',
    'projects/evil/x/projects/p/locations/l/agents/a/sessions/s',
    'projects/p/locations/l/agents/a/sessions/s/',
    'projects/p/agent/environments/e/sessions/s',
    'projects/evil/../p/agent/sessions/s',
  ])('finds no parts in %j', name => {
    expect(parseSession(name)).toEqual({ ...none, name })
  })
})

describe('agentOf', () => {
  test.each([
    ['projects/p/agent/sessions/s', 'projects/p/agent'],
    ['projects/p/agent/environments/e/users/u/sessions/s', 'projects/p/agent'],
    ['projects/p/locations/l/agent/sessions/s', 'projects/p/locations/l/agent'],
    ['projects/p/locations/l/agents/a/environments/e/sessions/s', 'projects/p/locations/l/agents/a'],
    ['projects/p/agent/sessions/', undefined],
    ['anything else', undefined],
  ])('of %s is %s', (name, agent) => {
    expect(agentOf(parseSession(name))).toBe(agent)
  })
})
