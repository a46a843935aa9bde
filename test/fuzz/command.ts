import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Coverage } from './coverage.ts'
import { type FuzzReport, fuzz } from './fuzzer.ts'
import type { FuzzTarget } from './target.ts'
import { tryInput } from './trial.ts'

const USAGE = `npm run fuzz -- [TARGET…] [--seconds N] [--runs N] [--seed N] [--corpus DIR] [--input FILE]

Changes genuine inputs, keeps what reaches new blocks of the code, and looks for one that breaks a promise.

  --seconds N    for each target; 60 by default
  --runs N       at most so many executions for each target: with the same seed, the same ones everywhere
  --seed N       another number, other inputs; 1 by default
  --corpus DIR   inputs kept by earlier runs, a folder a target: begun with, and added to
  --input FILE   tries this one input on a target, and nothing else

TF_CORPORA, if set, names a folder of public inputs to begin with: see test/fixtures/corpora.ts.

Exit status: 0 every promise kept; 1 one broken: its shortest input is written to a file; 2 a command that is not understood.

Targets:`

const number = (text: string, name: string): number => {
  const value = Number(text)
  if (!(value >= 0)) throw new Error(`--${name} is a number`)
  return value
}

const readCommand = (args: readonly string[], targets: readonly FuzzTarget[]) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '60' },
      runs: { type: 'string', default: 'Infinity' },
      seed: { type: 'string', default: '1' },
      corpus: { type: 'string' },
      input: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const unknown = positionals.find(name => targets.every(target => target.name !== name))
  if (unknown !== undefined) throw new Error(`${unknown} is no target: ${targets.map(({ name }) => name).join(', ')}`)
  return {
    isHelp: values.help,
    chosen: targets.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
    limits: {
      seconds: number(values.seconds, 'seconds'),
      runs: number(values.runs, 'runs'),
      seed: number(values.seed, 'seed'),
    },
    corpus: values.corpus,
    input: values.input,
  }
}

type Command = ReturnType<typeof readCommand>

type Means = {
  readonly targets: readonly FuzzTarget[]
  readonly coverage: Coverage
  readonly print: (text: string) => void
}

const nameOf = (input: Buffer): string => createHash('sha256').update(input).digest('hex').slice(0, 16)

/** A target's own folder of inputs; none without a corpus. */
const openCorpus = (corpus: string | undefined, target: string) => {
  if (corpus === undefined) return { inputs: [], onKept: () => {} }
  const folder = join(corpus, target)
  mkdirSync(folder, { recursive: true })
  return {
    inputs: readdirSync(folder)
      .sort()
      .map(name => readFileSync(join(folder, name))),
    onKept: (input: Buffer) => writeFileSync(join(folder, nameOf(input)), input),
  }
}

const describe = ({ target, executions, blocks, kept, outcomes, finding }: FuzzReport, seconds: number): string =>
  [
    target.padEnd(18),
    `${executions} executions in ${seconds.toFixed(1)} s`,
    `${blocks.reached} of ${blocks.known} blocks`,
    `${kept} inputs kept`,
    `${outcomes.size} outcomes`,
    finding === undefined ? 'no promise broken' : 'BROKEN',
  ].join('  ')

/** @returns whether the promise was kept */
const fuzzTarget = async (
  target: FuzzTarget,
  { coverage, print }: Means,
  { limits, corpus }: Command,
): Promise<boolean> => {
  const { inputs, onKept } = openCorpus(corpus, target.name)
  const before = performance.now()
  const report = await fuzz(target, coverage, { ...limits, corpus: inputs, onKept })
  print(describe(report, (performance.now() - before) / 1000))
  const { finding } = report
  if (finding === undefined) return true
  const file = join(mkdtempSync(join(tmpdir(), 'fuzz-')), `${target.name}-${nameOf(finding.input)}`)
  writeFileSync(file, finding.input)
  print(`  ${finding.message}\n  at ${finding.at}\n  npm run fuzz -- ${target.name} --input ${file}`)
  return false
}

const tryFile = async (target: FuzzTarget, { print }: Means, file: string): Promise<boolean> => {
  const outcome = await tryInput(target, readFileSync(file))
  print(typeof outcome === 'string' ? `${target.name}: ${outcome}` : `${outcome.message}\n  at ${outcome.at}`)
  return typeof outcome === 'string'
}

/**
 * The command `npm run fuzz`.
 *
 * @returns the exit status: 0 where every promise was kept, 1 where one was broken
 * @throws {Error} that says what is not understood
 */
export const runCommand = async (args: readonly string[], means: Means): Promise<number> => {
  const { targets, print } = means
  const command = readCommand(args, targets)
  if (command.isHelp) {
    print([USAGE, ...targets.map(({ name, promise }) => `  ${name.padEnd(18)} ${promise}`)].join('\n'))
    return 0
  }
  const { input } = command
  let isKept = true
  for (const target of command.chosen) {
    const isWhole = input === undefined ? fuzzTarget(target, means, command) : tryFile(target, means, input)
    isKept = (await isWhole) && isKept
  }
  return isKept ? 0 : 1
}
