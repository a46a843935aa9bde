import { join } from 'node:path'
import type { JsonObject } from '../../../shared/runtime/json.ts'
import type { BenchCase } from '../bench-case.ts'
import { answerOf } from '../contender.ts'
import { callBytes, esBody, prepareSurroundings, recurringTokens } from '../genuine-calls.ts'
import { interleave, side } from '../interleave.ts'
import { linkUsers } from '../linked-users.ts'
import { Load } from '../load.ts'
import { startServer, underFramework } from '../server-process.ts'

const USERS = 100
const COUNT = 1000
const WARM_UP = 10_000

export const accountTurn: BenchCase = {
  name: 'account-turn',
  about: 'a turn whose handler asks for the linked account of its user (SQLite in a file)',
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
    const callsFor = (displayName: string) =>
      bodies.map(body => callBytes(balancerHeaders, token, JSON.stringify(matched(body, displayName))))
    const [withAccount, without] = [callsFor('with'), callsFor('without')]
    const [first = Buffer.of()] = withAccount
    if (!(await answerOf(server, first)).includes('at ten')) throw new Error('the account is not linked')

    progress('warming up')
    for (const calls of [withAccount, without]) await load.closedLoop(calls, WARM_UP)
    const timed = (calls: readonly Buffer[]) => side(async () => 1e6 / (await load.closedLoop(calls, COUNT)))
    const [ours, baseline] = [timed(withAccount), timed(without)]
    await interleave([ours, baseline], quick ? 7 : 21, progress)
    return { ours: ours.samples, baseline: baseline.samples }
  },
}

/** The call for another intent. */
const matched = (body: JsonObject, displayName: string): JsonObject => ({
  ...body,
  queryResult: { queryText: 'Hi', languageCode: 'en', intent: { displayName } },
})
