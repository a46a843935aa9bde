import type { AgentTurn } from '../dialogflow/agent-turn.ts'
import { takeTurn } from '../dialogflow/agent-turn.ts'
import { Conversation } from '../dialogflow/conversation.ts'
import type { Estate } from '../estate.ts'
import type { SignInEstate } from '../sign-in-estate.ts'
import { detail } from './report.ts'
import type { Played, Scene } from './scenes.ts'
import { signInWithBrowser } from './sign-in-browser.ts'

const ASK = 'When is my next meeting?'
const MEETING = /^Your next meeting is “.+”/
const LINK = /http:\/\/localhost:\d+\/link\/\S+/

const played = (
  turn: AgentTurn,
  expected: RegExp | undefined,
  outcome: string,
  lines: readonly string[] = [],
): Played => {
  const isRight = expected === undefined || expected.test(turn.answer)
  return {
    outcome,
    fault: isRight ? undefined : `expected ${expected}`,
    lines: [...lines, detail('answer', turn.answer)],
  }
}

/** A user signs in from the conversation; a whole walk, each scene standing on the one before. */
export const signInScenes = (): readonly Scene[] => {
  let conversation: Conversation
  let link = ''
  let code = ''

  const say = (estate: Estate, said: string) => takeTurn(estate, conversation, said)
  const scene = (title: string, play: (estate: Estate, signIn: SignInEstate) => Promise<Played>): Scene => ({
    group: 'An account of the user’s, signed in to from the conversation',
    title,
    play: async estate => {
      if (estate.signIn === undefined) throw new TypeError('the estate was started without sign-in')
      return await play(estate, estate.signIn)
    },
  })
  const refreshes = ({ google }: SignInEstate) =>
    google.calls.count('token', { grantType: 'refresh_token', status: 200 })

  return [
    scene('the agent’s own account: an order', async estate => {
      conversation = new Conversation('es', estate.project)
      return played(await say(estate, 'Where is order 1001?'), /^Order 1001: shipped\.$/, 'client credentials')
    }),
    scene('the user’s account: not signed in yet', async estate => {
      const turn = await say(estate, ASK)
      link = LINK.exec(turn.answer)?.[0] ?? ''
      return played(turn, LINK, 'a link')
    }),
    scene('the browser: link, provider, callback', async (_estate, signIn) => {
      const browser = await signInWithBrowser(signIn, link, 'ada')
      code = browser.code ?? ''
      const statuses = browser.statuses.join(' ')
      return {
        outcome: code === '' ? 'no code' : 'a code',
        fault: statuses === '200 303 200' && code !== '' ? undefined : 'expected 200 303 200 and a code',
        lines: [detail('pages', statuses)],
      }
    }),
    scene('the code in another conversation', async estate => {
      const other = new Conversation('es', estate.project)
      return played(await takeTurn(estate, other, code), /^I did not get that/, 'not understood')
    }),
    scene('the code where it belongs: the question is answered', async estate =>
      played(await say(estate, code), MEETING, 'signed in'),
    ),
    scene('the access token has expired', async (estate, signIn) => {
      const before = refreshes(signIn)
      signIn.google.expireAccessTokens()
      const turn = await say(estate, ASK)
      const { fault, ...rest } = played(turn, MEETING, `${refreshes(signIn) - before} refresh`)
      return { ...rest, fault: fault ?? (refreshes(signIn) === before + 1 ? undefined : 'expected 1 refresh') }
    }),
    scene('signed out: revoked at the provider', async (estate, signIn) => {
      const turn = await say(estate, 'Sign me out')
      const revoked = signIn.google.calls.count('revocation', { status: 200 })
      const { fault, ...rest } = played(turn, /^You are signed out\.$/, `${revoked} revocations`)
      return { ...rest, fault: fault ?? (revoked > 0 ? undefined : 'expected a revocation') }
    }),
    scene('the user’s account: signed out', async estate => played(await say(estate, ASK), LINK, 'a link')),
  ]
}
