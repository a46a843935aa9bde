import type { BenchCase } from '../bench-case.ts'
import { deployedWebhook } from '../deployed-webhook.ts'
import { callBytes, freshTokens, prepareSurroundings, recurringCalls } from '../genuine-calls.ts'
import { Load } from '../load.ts'
import { openDescriptors, residentMemory } from '../process-usage.ts'
import { startServer } from '../server-process.ts'
import { median } from '../statistics.ts'

const SLICE = 500
/** The heap grows in steps, and shrinks: no look alone says much. */
const LOOKS = 20
/** The webhook remembers 1000 tokens; whether it forgets those before them shows only with more. */
const FRESH_TOKENS = 2500

export const soak: BenchCase = {
  name: 'soak',
  about: 'half an hour’s calls, every other with a new token, on connections that come and go: memory at the end',
  unit: 'MiB',
  baselineName: 'at half-time',
  target: { atMost: 1.05 },
  needsBuild: true,
  async measure({ quick, progress }) {
    await using around = await prepareSurroundings()
    const { issuer, genuine, balancerHeaders } = around
    progress('signing tokens')
    const fresh = await freshTokens(issuer, genuine, FRESH_TOKENS)
    const recurring = recurringCalls(around)
    await using server = await startServer(deployedWebhook(), around.environment)
    const load = new Load(server.port)
    const before = openDescriptors(server.pid)

    const slices = quick ? 80 : 240
    const looks: number[] = []
    for (let slice = 0; slice < slices; slice += 1) {
      progress(`${slice * SLICE} requests`)
      const offset = (slice * SLICE) / 2
      const calls = Array.from({ length: SLICE }, (_, index) =>
        index % 2 === 0
          ? (recurring[index % recurring.length] ?? Buffer.of())
          : callBytes(balancerHeaders, fresh[(offset + (index >> 1)) % fresh.length] ?? ''),
      )
      await load.closedLoop(calls, SLICE)
      looks.push(residentMemory(server.pid))
    }
    const warm = slices / 2
    const left = await descriptorsLeft(server.pid, before)
    if (left > 0) throw new Error(`${left} descriptors were not closed`)
    return {
      ours: [median(looks.slice(-LOOKS))],
      baseline: [median(looks.slice(warm, warm + LOOKS))],
      notes: { requests: slices * SLICE, 'descriptors, before and after': before },
    }
  },
}

/** How many more are open than before, once the server has seen that its connections are closed. */
const descriptorsLeft = async (pid: number, before: number): Promise<number> => {
  const deadline = performance.now() + 2000
  while (openDescriptors(pid) > before && performance.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  return openDescriptors(pid) - before
}
