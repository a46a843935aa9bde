import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const here = import.meta.dirname

/** Installs what the webhook is measured against, unless it is there: 200 packages that nothing else needs. */
export const installPeers = async (): Promise<void> => {
  if (existsSync(join(here, 'node_modules', '.package-lock.json'))) return
  process.stderr.write('Installing the peers of test/bench/package.json, once (about 200 MB) …\n')
  // Their install scripts do nothing that is measured.
  const install = spawn('npm', ['ci', '--ignore-scripts'], { cwd: here, stdio: ['ignore', 2, 2] })
  const [status] = await once(install, 'exit')
  if (status !== 0) throw new Error('the peers could not be installed')
}
