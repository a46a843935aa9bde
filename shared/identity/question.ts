import * as z from 'zod/mini'
import { hashed } from '../oauth/one-time.ts'
import { unsealAs } from '../oauth/unseal-as.ts'
import type { JsonValue } from '../runtime/json.ts'
import { collection } from '../storage/collection.ts'
import { seal } from '../storage/sealed-value.ts'
import type { IdentityParts } from './identity-parts.ts'
import { accountKey } from './profile.ts'

/** The question in a conversation whether to link the account, until it is answered. A new one takes its place. */
export const questions = collection('questions', 'account')

const QUESTION_MS = 10 * 60_000

const PAGE = { limit: 100 }

/** All of it is stored encrypted. */
const questionSchema = z.object({
  /** The account is linked to another user than the one who signed in. */
  conflict: z.boolean(),
  /** Who signed in. */
  identity: z.object({ service: z.string(), issuer: z.string(), subject: z.string() }),
  username: z.exactOptional(z.string()),
})

export type Question = Readonly<z.output<typeof questionSchema>>

/** Where a question is asked: of one account, in one conversation. */
export type Asked = {
  /** `ChannelAccount.id` */
  readonly account: string
  /** `Speaker.conversation` */
  readonly conversation: string
}

const questionKey = ({ account, conversation }: Asked): string => hashed(JSON.stringify([conversation, account]))

/** Keeps a question for ten minutes. */
export const keepQuestion = async (parts: IdentityParts, asked: Asked, question: Question): Promise<void> => {
  const key = questionKey(asked)
  const sealed = seal(parts.keyring, questions, key, question)
  await parts.store.put(questions, key, {
    value: { account: accountKey(asked.account), sealed },
    expiresAt: parts.clock() + QUESTION_MS,
  })
}

/** Takes the question out. Of two answers at once one gets it; `undefined` if none waits. */
export const takeQuestion = async (parts: IdentityParts, asked: Asked): Promise<Question | undefined> => {
  const key = questionKey(asked)
  const record = await parts.store.get(questions, key)
  if (record === undefined || !(await parts.store.delete(questions, key, record.version))) return undefined
  return openQuestion(parts, record)
}

/** Those that wait for an account's answer, in whatever conversation. */
export const questionsOf = async (parts: IdentityParts, account: string): Promise<readonly Question[]> => {
  const records = await parts.store.find(questions, 'account', account, PAGE)
  return records.flatMap(record => openQuestion(parts, record) ?? [])
}

/** @param account its key */
export const dropQuestions = async ({ store }: IdentityParts, account: string): Promise<number> => {
  const records = await store.find(questions, 'account', account, PAGE)
  await Promise.all(records.map(({ key }) => store.delete(questions, key)))
  return records.length
}

const openQuestion = (
  { keyring }: IdentityParts,
  { key, value }: { readonly key: string; readonly value: JsonValue },
): Question | undefined => {
  const { data } = z.safeParse(z.object({ sealed: z.string() }), value)
  return data && unsealAs(keyring, questions, key, data.sealed, questionSchema)?.value
}
