import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { takeTurn } from './dialogflow/agent-turn.ts'
import { type ChannelUser, slackUser, smsUser } from './dialogflow/channel-user.ts'
import { Conversation } from './dialogflow/conversation.ts'
import type { Estate } from './estate.ts'
import { attackGroups, attacks } from './scenes/attacks.ts'
import { expectedOutcome, findFault, outcomeOf } from './scenes/judge.ts'
import { performAttack } from './scenes/perform-attack.ts'
import { detail, handshakeLines, heading, proofLines, reasonLines, result } from './scenes/report.ts'

const help = (): string =>
  [
    'Type what a user would say: Hi. When are you open? Book an appointment. Thanks.',
    '  /es, /cx         go on in Dialogflow ES or CX, in a new conversation',
    '  /slack, /sms     the same as somebody in Slack, or by SMS: sign in on both, and you are one user',
    '  /notify TEXT     a notification for Ada Lovelace, who has signed in to the calendar',
    '  /attack NAME     make a call that has to be refused',
    '  /help            this, and the names of the attacks',
    '  /quit            end; so do Ctrl-C and Ctrl-D',
    ...attackGroups.flatMap(group => [
      heading(group.title),
      ...Object.entries(group.attacks).map(
        ([name, { title, refusal }]) => `  ${name.padEnd(27)} ${title}: ${expectedOutcome(refusal)}`,
      ),
    ]),
  ].join('\n')

const say = async (estate: Estate, conversation: Conversation, said: string): Promise<readonly string[]> => {
  const turn = await takeTurn(estate, conversation, said)
  const accepted = turn.entry?.message === 'call accepted'
  return [
    ...handshakeLines(turn.exchange.handshake),
    ...(accepted ? proofLines(turn.entry) : [detail('refused', outcomeOf(turn)), ...reasonLines(turn)]),
    detail(turn.fromWebhook ? 'agent' : 'agent, by itself', turn.answer),
  ]
}

const attack = async (estate: Estate, name: string): Promise<readonly string[]> => {
  const chosen = attacks[name]
  if (chosen === undefined) return [`No attack has the name ${JSON.stringify(name)}; /help lists them.`]
  const observation = await performAttack(estate, chosen)
  const fault = findFault(chosen.refusal, observation)
  const outcome = outcomeOf(observation)
  return [
    result(fault === undefined, chosen.title, fault === undefined ? outcome : `${outcome}: ${fault}`),
    ...handshakeLines(observation.exchange.handshake),
    ...reasonLines(observation),
  ]
}

/** Publishes it, and shows where it arrives. */
const notify = async ({ messaging }: Estate, text: string): Promise<readonly string[]> => {
  if (messaging === undefined || text === '') return ['Say what: /notify Your order has been delivered.']
  const before = [messaging.slack.messages.length, messaging.twilio.messages.length]
  const { outcome } = await messaging.publish({
    user: { username: 'ada@contoso.example' },
    text,
    dedupe: randomUUID(),
  })
  return [
    detail('notify', String(outcome)),
    ...messaging.slack.messages.slice(before[0]).map(message => detail('Slack', message.text)),
    ...messaging.twilio.messages.slice(before[1]).map(message => detail('SMS', message.text)),
  ]
}

/** Reads lines until the input or `signal` ends it, and shows for each the call that it leads to. Needs no terminal. */
export const chat = async (estate: Estate, signal: AbortSignal): Promise<void> => {
  let conversation = new Conversation('es', estate.project)
  let place = 'es'
  const begin = (name: string, user?: ChannelUser) => {
    place = name
    conversation = new Conversation(name === 'cx' ? 'cx' : 'es', estate.project, user && { user })
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout, signal })
  // A terminal's Ctrl-C reaches readline in the place of the process.
  lines.on('SIGINT', () => lines.close())
  let isOpen = true
  lines.once('close', () => {
    isOpen = false
  })
  const isTyped = process.stdin.isTTY
  const prompt = () => {
    lines.setPrompt(`\n${place}> `)
    if (isTyped && isOpen) lines.prompt()
  }

  prompt()
  for await (const line of lines) {
    // What is not typed is not on the screen yet.
    if (!isTyped) console.log(`${lines.getPrompt()}${line}`)
    const [command = '', argument = ''] = line.trim().split(/\s+/, 2)
    if (command === '/quit') break
    if (command === '/es' || command === '/cx') begin(command.slice(1))
    else if (command === '/slack') begin('slack', slackUser('U2URF86K1'))
    else if (command === '/sms') begin('sms', smsUser('+33639981234'))
    else if (command === '/notify') console.log((await notify(estate, line.trim().slice(8))).join('\n'))
    else if (command === '/attack') console.log((await attack(estate, argument)).join('\n'))
    else if (command === '/help') console.log(help())
    else if (command.startsWith('/')) console.log('No such command; /help lists them.')
    else if (command !== '') console.log((await say(estate, conversation, line.trim())).join('\n'))
    prompt()
  }
  lines.close()
}
