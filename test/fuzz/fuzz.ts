import { runCommand } from './command.ts'
import { Coverage } from './coverage.ts'
import { isOurs } from './is-ours.ts'

try {
  // Counters are put into what is compiled from here on.
  using coverage = new Coverage(isOurs)
  const { targets } = await import('./targets/index.ts')
  process.exitCode = await runCommand(process.argv.slice(2), { targets, coverage, print: console.log })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
