import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { JsonObject } from '../../../shared/runtime/json.ts'
import type { BenchCase } from '../bench-case.ts'
import { comparison } from '../comparison.ts'
import { answerOf } from '../contender.ts'
import { callBytes, esBody, prepareSurroundings, recurringTokens } from '../genuine-calls.ts'
import { interleave, side } from '../interleave.ts'
import { linkUsers } from '../linked-users.ts'
import { Load } from '../load.ts'
import { startServer, underFramework } from '../server-process.ts'

const USERS = 100
const COUNT = 600
const WARM_UP = 6000

export const accountTurn: BenchCase = {
  name: 'account-turn',
  about:
    'a turn whose handler asks for the linked account of its user (SQLite in a file), answered once only as by default',
  unit: 'µs',
  baselineName: 'the same turn without',
  target: { atMost: 1.5 },
  async measure({ quick, progress }) {
    await using around = await prepareSurroundings()
    const { directory, environment, issuer, genuine, balancerHeaders } = around
    const bodies = Array.from({ length: USERS }, () => esBody('Hi'))
    const settings = await linkUsers(directory, join(directory, 'store.sqlite'), bodies)
    const command = underFramework('account-turn.ts', 'webhook')
    await using server = await startServer(command, { ...environment, ...settings })
    const load = new Load(server.port)

    const [token = ''] = recurringTokens(issuer, genuine)
    const calls = (displayName: string, count: number) =>
      Array.from({ length: count }, (_, index) =>
        callBytes(balancerHeaders, token, JSON.stringify(newCall(bodies[index % USERS], displayName))),
      )
    const [first = Buffer.of()] = calls('once only, with', 1)
    if (!(await answerOf(server, first)).includes('at ten')) throw new Error('the account is not linked')

    const timed = (displayName: string) =>
      side(async () => 1e6 / (await load.closedLoop(calls(displayName, COUNT), COUNT)))
    const names = ['once only, with', 'once only, without', 'idempotent, with', 'idempotent, without']
    progress('warming up')
    for (const name of names) await load.closedLoop(calls(name, WARM_UP), WARM_UP)
    const sides = names.map(timed)
    await interleave(sides, quick ? 7 : 21, progress)
    const [ours = [], baseline = [], idempotent = [], without = []] = sides.map(({ samples }) => samples)
    return {
      ours,
      baseline,
      // What the account costs is then a larger part: storing the answer costs more than that.
      notes: { 'idempotent handlers, which store nothing': comparison(idempotent, without, 0) },
    }
  },
}

/** Another call of the same user, for an intent. */
const newCall = (body: JsonObject | undefined, displayName: string): JsonObject => ({
  ...body,
  // What Dialogflow repeats is a call with the same id.
  responseId: randomUUID(),
  queryResult: { queryText: 'Hi', languageCode: 'en', intent: { displayName } },
})
