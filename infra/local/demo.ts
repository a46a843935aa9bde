import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Estate, startEstate } from './estate.ts'
import { channelScenes } from './scenes/channel-scenes.ts'
import { heading, result } from './scenes/report.ts'
import { type Played, type Scene, scenes } from './scenes/scenes.ts'
import { signInScenes } from './scenes/sign-in-scenes.ts'
import { stopSignal } from './stop-signal.ts'

/**
 * `npm run demo`: the walk of Google's mTLS guide against the whole estate, then every call that has to be refused.
 * Exit status 0 when each went as it should, 1 when one did not, 130 when stopped.
 *
 * @param source what is deployed, relative to the project
 */
const demo = async (directory: string, source: string | undefined): Promise<number> => {
  const stop = stopSignal()
  const begun = performance.now()
  await using estate = await startEstate({ directory, source, withSignIn: true })
  console.log(`webhook behind the load balancer: ${estate.webhookUrl}\nfunction: ${estate.webhook.url}`)

  let failed = 0
  let group = ''
  const all = [...scenes, ...signInScenes(), ...channelScenes()]
  for (const scene of all) {
    if (stop.aborted) return 130
    if (scene.group !== group) console.log(heading(scene.group))
    group = scene.group
    const { outcome, fault, lines } = await played(scene, estate)
    console.log(result(fault === undefined, scene.title, fault === undefined ? outcome : `${outcome}: ${fault}`))
    for (const line of lines) console.log(line)
    if (fault !== undefined) failed += 1
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  console.log(heading(`${all.length - failed} of ${all.length} went as they should, in ${seconds} s.`))
  return failed === 0 ? 0 : 1
}

/** A scene that cannot go on is at fault; the others are played. */
const played = async (scene: Scene, estate: Estate): Promise<Played> => {
  try {
    return await scene.play(estate)
  } catch (error) {
    return { outcome: 'broken off', fault: error instanceof Error ? error.message : String(error), lines: [] }
  }
}

const directory = mkdtempSync(join(tmpdir(), 'trusted-fulfillment-'))
// On exit, so that nothing is left behind however the process ends.
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
try {
  process.exitCode = await demo(directory, process.argv[2])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
