import type { AgentTurn } from '../dialogflow/agent-turn.ts'
import { takeTurn } from '../dialogflow/agent-turn.ts'
import { type ChannelUser, slackUser, smsUser } from '../dialogflow/channel-user.ts'
import { Conversation } from '../dialogflow/conversation.ts'
import type { Estate } from '../estate.ts'
import type { MessagingEstate } from '../messaging-estate.ts'
import type { SignInEstate } from '../sign-in-estate.ts'
import { detail } from './report.ts'
import type { Played, Scene } from './scenes.ts'
import { signInWithBrowser } from './sign-in-browser.ts'

const ASK = 'When is my next meeting?'
const MEETING = /^Your next meeting is “.+”/
const CONSENT = /Shall I remember that this (?:Slack|SMS) account is yours\?/
const LINK = /http:\/\/localhost:\d+\/link\/\S+/

type Parts = { readonly estate: Estate; readonly signIn: SignInEstate; readonly messaging: MessagingEstate }

const played = ({ answer }: Pick<AgentTurn, 'answer'>, outcome: string, ...expected: readonly RegExp[]): Played => {
  const missed = expected.find(pattern => !pattern.test(answer))
  return {
    outcome,
    fault: missed && `expected ${missed}`,
    lines: [detail('answer', answer)],
  }
}

/** The same person in Slack and by SMS; a whole walk, each scene standing on the one before. */
export const channelScenes = (): readonly Scene[] => {
  const [slack, sms] = [slackUser('U2URF86K1'), smsUser('+33639981234')]
  const conversations = new Map<ChannelUser, Conversation>()

  const say = ({ estate }: Parts, user: ChannelUser, said: string) => {
    const conversation = conversations.get(user) ?? new Conversation('es', estate.project, { user })
    conversations.set(user, conversation)
    return takeTurn(estate, conversation, said)
  }
  const signIn = async (parts: Parts, user: ChannelUser): Promise<AgentTurn> => {
    const link = LINK.exec((await say(parts, user, ASK)).answer)?.[0] ?? ''
    const { code } = await signInWithBrowser(parts.signIn, link, 'ada')
    return await say(parts, user, code ?? 'no code')
  }
  const scene = (title: string, play: (parts: Parts) => Promise<Played>): Scene => ({
    group: 'One user in Slack and by SMS',
    title,
    play: async estate => {
      const { signIn, messaging } = estate
      if (signIn === undefined || messaging === undefined) {
        throw new TypeError('the estate was started without sign-in')
      }
      return await play({ estate, signIn, messaging })
    },
  })

  return [
    scene('Slack: signed in, the question is answered, and another is asked', async parts =>
      played(await signIn(parts, slack), 'asked for consent', MEETING, CONSENT),
    ),
    scene('Slack: “link account”', async parts =>
      played(await say(parts, slack, 'Link account'), 'linked', /^Your Slack account is linked\.$/),
    ),
    scene('SMS: the same person signs in, and links it', async parts => {
      const asked = await signIn(parts, sms)
      const linked = await say(parts, sms, 'Link account')
      return played({ answer: `${asked.answer}\n${linked.answer}` }, 'one user', MEETING, CONSENT, /Your SMS account/)
    }),
    scene('a notification comes to the live channel, and asks before it interrupts', async parts => {
      const { messaging } = parts
      const { outcome } = await messaging.publish({
        user: { username: 'ada@contoso.example' },
        text: 'Your order 1001 has been delivered.',
        dedupe: 'order-1001',
      })
      const arrived = messaging.twilio.messages.map(({ text }) => text)
      const isRight = outcome === 'held' && arrived.length === 1 && messaging.slack.messages.length === 0
      return {
        outcome: String(outcome),
        fault: isRight ? undefined : 'expected one question by SMS, and none in Slack',
        lines: arrived.map(text => detail('SMS', text)),
      }
    }),
    scene('the same notification, published again: once is enough', async ({ messaging }) => {
      const { outcome } = await messaging.publish({
        user: { username: 'ada@contoso.example' },
        text: 'Your order 1001 has been delivered.',
        dedupe: 'order-1001',
      })
      return {
        outcome: String(outcome),
        fault: outcome === 'repeated' && messaging.twilio.messages.length === 1 ? undefined : 'expected no message',
        lines: [],
      }
    }),
    scene('SMS: “read message”', async parts =>
      played(await say(parts, sms, 'Read message'), 'read', /^Your order 1001 has been delivered\.$/),
    ),
    scene('Slack: “export my data” gives both accounts, and no token', async parts => {
      const { answer } = await say(parts, slack, 'Export my data')
      const lines = answer.split('\n').length
      const fault = played({ answer }, '', /U2URF86K1/, /\+33639981234/, /google-calendar/).fault
      return { outcome: `${lines} lines of JSON`, fault, lines: [] }
    }),
    scene('Slack: “forget me”, and nobody is signed in by SMS either', async parts => {
      const forgotten = await say(parts, slack, 'Forget me')
      const asked = await say(parts, sms, ASK)
      return played({ answer: `${forgotten.answer}\n${asked.answer}` }, 'forgotten', /^I have forgotten you/, LINK)
    }),
  ]
}
