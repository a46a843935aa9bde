import fc from 'fast-check'
import { expect, test } from 'vitest'
import { teamsServiceUrl } from '../../../shared/channels/teams-service-url.ts'

test.each([
  ['https://smba.trafficmanager.net/emea/', 'https://smba.trafficmanager.net/emea/'],
  ['https://smba.trafficmanager.net/teams', 'https://smba.trafficmanager.net/teams/'],
  ['https://SMBA.trafficmanager.net:443', 'https://smba.trafficmanager.net/'],
  // `URL` takes an empty fragment for none.
  ['https://smba.trafficmanager.net/emea/#', 'https://smba.trafficmanager.net/emea/'],
  ['https://smba.infra.gcc.teams.microsoft.com/teams', 'https://smba.infra.gcc.teams.microsoft.com/teams/'],
  ['https://smba.infra.gov.teams.microsoft.us/teams', 'https://smba.infra.gov.teams.microsoft.us/teams/'],
  ['https://smba.infra.dod.teams.microsoft.us/teams', 'https://smba.infra.dod.teams.microsoft.us/teams/'],
])('takes Microsoft’s %s', (given, url) => {
  expect(teamsServiceUrl(given)).toBe(url)
})

test.each([
  undefined,
  '',
  'smba.trafficmanager.net/emea/',
  'http://smba.trafficmanager.net/emea/',
  'https://smba.trafficmanager.net.evil.test/',
  'https://evil.trafficmanager.net/emea/',
  'https://smba.trafficmanager.net@evil.test/',
  'https://evil.test\\@smba.trafficmanager.net/',
  'https://user:password@smba.trafficmanager.net/',
  'https://smba.trafficmanager.net:8443/',
  'https://smba.trafficmanager.net./emea/',
  'https://smba.trafficmanager.net/emea/?to=evil',
  'https://smba.trafficmanager.net/emea/#x',
  'https://smba.trafficmanager.net/%2e%2e%2f',
  'https://smba.trafficmanager.net/a;b',
  'https://169.254.169.254/',
  'https://localhost/',
  'javascript:alert(1)',
  `https://smba.trafficmanager.net/${'a'.repeat(256)}`,
])('refuses %s', given => {
  expect(teamsServiceUrl(given)).toBeUndefined()
})

test('whatever comes out has a host of Microsoft’s', () => {
  const part = fc.constantFrom(
    'https://',
    'http://',
    'smba.trafficmanager.net',
    'evil.test',
    '@',
    ':',
    '/',
    '\\',
    '#',
    '?',
    '.',
    'a',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), parts => {
      const url = teamsServiceUrl(parts.join(''))
      if (url !== undefined) expect(url).toMatch(/^https:\/\/smba\.trafficmanager\.net\/[A-Za-z0-9/_-]*$/)
    }),
  )
})
