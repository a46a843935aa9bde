/**
 * Where Teams takes messages: the public cloud and the three of the United States' government, whole names, because
 * anybody can have another name under `trafficmanager.net`.
 * https://microsoft.github.io/Agents-for-js/variables/_microsoft_agents-hosting.TeamsServiceEndpoints.html
 */
const HOSTS: ReadonlySet<string> = new Set([
  'smba.trafficmanager.net',
  'smba.infra.gcc.teams.microsoft.com',
  'smba.infra.gov.teams.microsoft.us',
  'smba.infra.dod.teams.microsoft.us',
])

const MAX_LENGTH = 256
const PATH = /^\/[A-Za-z0-9/_-]*$/

/**
 * An activity's `serviceUrl` (`https://smba.trafficmanager.net/emea/`), or `undefined` where it is not Microsoft's: a
 * sender gives it the bot's access token. Ends in a slash.
 */
export const teamsServiceUrl = (text: string | undefined): string | undefined => {
  if (text === undefined || text.length > MAX_LENGTH) return undefined
  const url = URL.parse(text)
  if (url === null || url.protocol !== 'https:' || !HOSTS.has(url.host) || !PATH.test(url.pathname)) return undefined
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  return plain ? `${url.origin}${url.pathname.replace(/\/*$/, '/')}` : undefined
}
