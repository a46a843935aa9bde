import { readCommand, USAGE } from './command.ts'
import { explainError } from './error-texts.ts'
import { examine } from './examine.ts'
import { exitStatus, findingLines, summaryLine } from './report.ts'

/** Shows on a terminal what is going on; nothing elsewhere. */
const showStep = (step: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${step && `Looking at ${step} …`}`)
}

/** @returns the exit status */
const doctor = async (): Promise<number> => {
  const { isHelp, isJson, error, examination } = readCommand(process.argv.slice(2), Date.now())
  if (isHelp) {
    console.log(USAGE)
    return 0
  }
  const explained = error === undefined ? [] : [explainError(error)]
  const looked = examination && (await examine({ ...examination, onStep: showStep }))
  showStep('')

  const findings = [...explained, ...(looked?.findings ?? [])]
  const requests = looked?.requests ?? 0
  if (isJson) console.log(JSON.stringify({ url: examination?.url, findings, requests }, undefined, 2))
  else for (const line of [...findings.flatMap(findingLines), '', summaryLine(findings, requests)]) console.log(line)
  return exitStatus(findings)
}

try {
  process.exitCode = await doctor()
} catch (error) {
  showStep('')
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
