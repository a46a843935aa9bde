import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import type { BenchCase } from './bench-case.ts'
import { cases } from './cases/index.ts'
import { buildWebhook } from './deployed-webhook.ts'
import { installPeers } from './peers.ts'
import { report } from './report.ts'
import { judge, type Verdict } from './verdict.ts'

const help = `npm run bench [-- OPTIONS] [CASE…]

Measures the webhook against what people would use instead, both in turns on this machine. Every figure is a ratio:
the median over the rounds of what ours took or gave, divided by what the baseline did in the same round.

  CASE…          only these; --list names them
  --quick        fewer rounds, two minutes instead of ten
  --json         the results as JSON on standard output: {"cases":[{"name","unit","ours","baseline",…}]}
  --list         the cases, and what each compares
  --report-only  exit status 0 even if a target is missed
  --help

Exit status: 0 every target met, 1 one missed or a case failed, 2 wrong usage.
`

const options = {
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  'report-only': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** @throws {TypeError} for an option or a case that there is none of */
const readCommand = () => {
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const unknown = positionals.filter(name => !cases.some(known => known.name === name))
  if (unknown.length > 0) throw new TypeError(`no such case: ${unknown.join(', ')}`)
  return {
    ...values,
    chosen: positionals.length === 0 ? cases : cases.filter(({ name }) => positionals.includes(name)),
  }
}

const bound = ({ target }: BenchCase): string => ('atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`)

const list = (): string =>
  cases
    .map(one => `${one.name}: ${one.about}\n    against ${one.baselineName}, in ${one.unit}; ratio ${bound(one)}\n`)
    .join('')

/** Over and over on one line, where somebody looks; a line a case elsewhere. */
const showProgress = (name: string, doing: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${name}: ${doing}`)
}

/** `undefined` for a case that could not be measured. */
const measure = async (one: BenchCase, quick: boolean): Promise<Verdict | undefined> => {
  const startedAt = performance.now()
  showProgress(one.name, one.about)
  try {
    const measured = await one.measure({ quick, progress: doing => showProgress(one.name, doing) })
    const verdict = judge(one, measured)
    const clear = process.stderr.isTTY ? '\r\x1b[K' : ''
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    process.stderr.write(`${clear}${one.name}: ${verdict.ratio.toFixed(2)} (${bound(one)}), ${seconds} s\n`)
    return verdict
  } catch (error) {
    process.stderr.write(`\n${one.name} failed: ${error instanceof Error ? error.stack : String(error)}\n`)
    return undefined
  }
}

const run = async ({ chosen, quick, json, 'report-only': reportOnly }: ReturnType<typeof readCommand>) => {
  if (process.platform !== 'linux')
    throw new Error('memory and processor time of the servers are read from /proc: Linux only')
  if (chosen.some(({ needsPeers }) => needsPeers)) await installPeers()
  if (chosen.some(({ needsBuild }) => needsBuild)) await buildWebhook()
  process.stderr.write(`Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? ''}\n`)
  const verdicts: Verdict[] = []
  for (const one of chosen) {
    const verdict = await measure(one, quick)
    if (verdict !== undefined) verdicts.push(verdict)
  }
  process.stdout.write(json ? `${JSON.stringify({ cases: verdicts })}\n` : `\n${report(verdicts)}`)
  const met = verdicts.length === chosen.length && verdicts.every(({ ok }) => ok)
  process.exitCode = met || reportOnly ? 0 : 1
}

try {
  const command = readCommand()
  if (command.help) process.stdout.write(help)
  else if (command.list) process.stdout.write(list())
  else await run(command)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
