import { once } from 'node:events'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { developmentCa } from './certificates/development-ca.ts'
import { writePemFiles } from './certificates/pem-files.ts'
import { chat } from './chat.ts'
import { writeCallFiles } from './dialogflow/call-files.ts'
import { startEstate } from './estate.ts'
import { stopSignal } from './stop-signal.ts'
import { summary } from './summary.ts'

const DIRECTORY = fileURLToPath(new URL('../../.local', import.meta.url))
const PORT = '8443'

const USAGE = `npm start -- [--port PORT] [--source SOURCE] [--directory DIRECTORY] [--no-chat]

Starts the whole estate on this machine (load balancer, function, token issuer) and a prompt to talk to the agent.

  --port PORT            where the load balancer listens; ${PORT} by default, 0 for a free port
  --source SOURCE        what is deployed: functions/webhook/index.ts by default; dist/webhook after npm run build
  --directory DIRECTORY  where certificates, keys and the store are kept; .local by default
  --no-chat              no prompt: run until Ctrl-C`

interface StartOptions {
  readonly port: number
  readonly source: string | undefined
  readonly directory: string
  readonly withChat: boolean
}

/** @returns the exit status */
const start = async ({ port, source, directory, withChat }: StartOptions): Promise<number> => {
  const stopped = stopSignal()
  await writePemFiles(directory, await developmentCa())
  await using estate = await startEstate({ directory, port, source, withSignIn: true })
  await writeCallFiles(estate, directory)
  console.log(summary(estate, relative(process.cwd(), directory)))

  const died = new AbortController()
  void estate.webhook.ended.then(lastWords => died.abort(lastWords))
  const signal = AbortSignal.any([stopped, died.signal])
  if (withChat) await chat(estate, signal)
  else if (!signal.aborted) await once(signal, 'abort')

  if (!died.signal.aborted || stopped.aborted) return 0
  console.error(`The function has ended:\n${died.signal.reason}`)
  return 1
}

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: PORT },
    source: { type: 'string' },
    directory: { type: 'string', default: DIRECTORY },
    'no-chat': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) console.log(USAGE)
else {
  try {
    const { source, directory } = values
    process.exitCode = await start({ port: Number(values.port), source, directory, withChat: !values['no-chat'] })
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    const other = error instanceof Error ? error.message : error
    console.error(taken ? `Port ${values.port} is taken. Another: npm start -- --port 0` : other)
    process.exitCode = 1
  }
}
