import { readFileSync } from 'node:fs'
import type { Accounts } from '../../../functions/webhook/accounts.ts'
import { contextWith } from '../../../functions/webhook/accounts.ts'
import { defineIntent } from '../../../functions/webhook/define-intent.ts'
import { heldMessages } from '../../../functions/webhook/held-messages.ts'
import { exportMyData } from '../../../functions/webhook/intents/export-my-data.ts'
import { forgetMe } from '../../../functions/webhook/intents/forget-me.ts'
import { linkMyAccount } from '../../../functions/webhook/intents/link-my-account.ts'
import { unlinkMyAccount } from '../../../functions/webhook/intents/unlink-my-account.ts'
import { createNoteUse } from '../../../functions/webhook/note-use.ts'
import { pendingQuestion } from '../../../functions/webhook/pending-question.ts'
import { pendingSignIn } from '../../../functions/webhook/pending-sign-in.ts'
import { speakerOf } from '../../../functions/webhook/speaker.ts'
import type { ChannelName } from '../../../shared/channels/channel.ts'
import { parseTurn } from '../../../shared/dialogflow/parse-turn.ts'
import { reply } from '../../../shared/dialogflow/reply.ts'
import type { Turn } from '../../../shared/dialogflow/turn.ts'
import { writeReply } from '../../../shared/dialogflow/write-reply.ts'
import { createIdentity, type IdentityOptions } from '../../../shared/identity/identity.ts'
import { createDispatcher } from '../../../shared/intents/dispatcher.ts'
import { createRegistry } from '../../../shared/intents/registry.ts'
import type { AccountOptions } from '../../../shared/oauth/require-account.ts'
import type { JsonObject, JsonValue } from '../../../shared/runtime/json.ts'
import { recordLog } from '../../shared/intents/recorded-log.ts'
import { type Estate, type EstateOptions, newKeyring, openLink, startEstate } from '../../shared/oauth/estate.ts'

const fixture = (name: string): JsonObject =>
  JSON.parse(readFileSync(new URL(`../../fixtures/channels/${name}.json`, import.meta.url), 'utf8'))

/** Somebody in a channel. */
export type Place = { readonly channel: 'slack' | 'slack_channel' | 'sms'; readonly account: string }

export const slack = (account = 'U2URF86K1'): Place => ({ channel: 'slack', account })
/** The same account, where others read along. */
export const slackChannel = (account = 'U2URF86K1'): Place => ({ channel: 'slack_channel', account })
export const sms = (account = '+33639981234'): Place => ({ channel: 'sms', account })

const request = ({ channel, account }: Place): JsonObject => {
  if (channel === 'slack') {
    const text = JSON.stringify(fixture('slack')).replaceAll('U2URF86K1', account)
    return { originalDetectIntentRequest: JSON.parse(text) }
  }
  if (channel === 'slack_channel') {
    const text = JSON.stringify(fixture('slack')).replaceAll('U2URF86K1', account).replaceAll('D3XQ6AF9A', 'C3XQ6AF9A')
    return { originalDetectIntentRequest: JSON.parse(text.replace('"im"', '"channel"')) }
  }
  const text = JSON.stringify(fixture('twilio-sms')).replaceAll('+33639981234', account)
  return { originalDetectIntentRequest: JSON.parse(text) }
}

const intentOf: Readonly<Record<string, string>> = {
  'Who am I?': 'Who',
  'Sign me out': 'Out',
  'Who are you?': 'Agent',
  'Link my account': 'account.link',
  'Unlink my account': 'account.unlink',
  'Forget me': 'account.forget_me',
  'Export my data': 'account.export_my_data',
}

export type ConversingOptions = EstateOptions & {
  readonly linking?: Partial<IdentityOptions['linking']>
  readonly accountOptions?: AccountOptions
  readonly retentionDays?: number
}

/** People who talk to the agent in their channels; an identity provider, and a store, but no HTTP. */
export const startConversing = async ({
  linking = {},
  accountOptions,
  retentionDays,
  ...options
}: ConversingOptions = {}) => {
  const keyring = newKeyring()
  const estate: Estate = await startEstate({ ...options, keyring })
  const { log, entries } = recordLog()
  const clock = () => estate.clock.now
  const identity = createIdentity({
    store: estate.store,
    keyring,
    clock,
    log,
    oauth: estate.oauth,
    linking: { enabled: true, channels: new Set<ChannelName>(['slack', 'microsoft_teams', 'twilio']), ...linking },
    retentionDays,
  })
  const accounts: Accounts = {
    oauth: estate.oauth,
    identity,
    store: estate.store,
    keyring,
    trust: {
      sessionTokens: { issuer: 'https://auth.example', keys: keyring },
      connectors: new Set<ChannelName>(['twilio']),
    },
  }
  const who = defineIntent({
    displayName: 'Who',
    handle: (_turn, { withAccount }) =>
      withAccount(estate.service, ({ identity: { subject } }) => reply().text(`You are ${subject}.`), accountOptions),
  })
  const agent = defineIntent({
    displayName: 'Agent',
    handle: async (_turn, { clientCredentials }) =>
      reply().text((await clientCredentials(`${estate.service}-client`)).outcome),
  })
  const out = defineIntent({
    displayName: 'Out',
    handle: async (_turn, { resetTokens }) => reply().text((await resetTokens(estate.service)).outcome),
  })
  const registry = createRegistry([who, agent, out, linkMyAccount, unlinkMyAccount, forgetMe, exportMyData])
  if (!registry.ok) throw new Error(JSON.stringify(registry.error))
  const dispatch = createDispatcher({
    registry: registry.value,
    before: [pendingSignIn(accounts, registry.value), pendingQuestion(accounts), heldMessages(accounts)],
    contextFor: contextWith(accounts),
    store: () => estate.store,
    keyring,
    clock,
    deadlineMs: 30_000,
  })
  const noteUse = createNoteUse(accounts, clock)

  let turns = 0
  const turnOf = (place: Place, text: string, session = JSON.stringify(place).replace(/\W/g, '')): Turn => {
    turns += 1
    const turn = parseTurn({
      responseId: `response-${turns}`,
      session: `projects/p/agent/sessions/${session}`,
      queryResult: { queryText: text, languageCode: 'en', intent: { displayName: intentOf[text] ?? 'Nothing' } },
      ...request(place),
    })
    if (!turn.ok) throw new Error(turn.error.code)
    return turn.value
  }

  /** What is said, and all that is answered, a line each: texts, labels, links. */
  const say = async (place: Place, text: string, session?: string) => {
    const turn = turnOf(place, text, session)
    await noteUse(turn, log)
    const { reply: answer } = await dispatch(turn, { log })
    return { text: wordsOf(answer.parts), parts: answer.parts, parameters: writeReply(answer, turn).json }
  }

  /** Opens the link and signs in. Resolves to the code. */
  const browse = async (place: Place, person: string): Promise<string> => {
    const link = /https:\S+\/link\/\S+/.exec((await say(place, 'Who am I?')).text)?.[0] ?? ''
    const browser = await openLink(estate.oauth, link)
    const back = await estate.idp.signIn(browser.authorizationUrl, { account: person })
    const finished = await estate.oauth.finishSignIn({
      callback: estate.service,
      query: back.searchParams,
      cookie: browser.cookie,
    })
    if (!finished.ok) throw new Error(finished.error.code)
    return finished.value.code
  }

  /** The whole way, the code included. */
  const signIn = async (place: Place, person: string) => await say(place, await browse(place, person))

  /** The process dies when it has taken the code, and before it knows what to do about the account. */
  const signInAndDie = async (place: Place, person: string): Promise<void> => {
    const code = await browse(place, person)
    const turn = turnOf(place, code)
    const speaking = speakerOf(turn, accounts.trust, clock())
    if (speaking === undefined) throw new Error('nobody speaks')
    await accounts.oauth.submitCode(speaking.speaker, code)
  }

  return {
    estate,
    identity,
    accounts,
    entries,
    say,
    browse,
    signIn,
    signInAndDie,
    [Symbol.asyncDispose]: () => estate[Symbol.asyncDispose](),
  }
}

const wordsOf = (parts: readonly JsonValue[] | readonly object[]): string =>
  JSON.stringify(parts)
    .match(/"(?:en|url)":"(?:[^"\\]|\\.)*"|"text":"(?:[^"\\]|\\.)*"/g)
    ?.map(found => JSON.parse(`{${found}}`))
    .map(({ en, url, text }) => en ?? url ?? text)
    .join('\n') ?? ''
