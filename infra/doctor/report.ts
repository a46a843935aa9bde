import { styleText } from 'node:util'
import type { Finding, Level } from './finding.ts'

const marks: Readonly<Record<Level, string>> = {
  ok: styleText('green', '✔'),
  warning: styleText('yellow', '!'),
  problem: styleText('red', '✘'),
}

/** A finding for a terminal: what was looked at, what was seen, what to change. */
export const findingLines = ({ check, level, seen, change }: Finding): readonly string[] => [
  `${marks[level]} ${styleText('bold', check)}: ${seen}`,
  ...(change === undefined ? [] : [`  → ${change}`]),
]

const count = (findings: readonly Finding[], wanted: Level): number =>
  findings.filter(({ level }) => level === wanted).length

/** The last line. */
export const summaryLine = (findings: readonly Finding[], requests: number): string =>
  `Problems: ${count(findings, 'problem')}, warnings: ${count(findings, 'warning')}, ok: ${count(findings, 'ok')}; requests sent: ${requests}.`

/** 0: nothing to change. 1: warnings. 2: problems. */
export const exitStatus = (findings: readonly Finding[]): 0 | 1 | 2 => {
  if (count(findings, 'problem') > 0) return 2
  return count(findings, 'warning') > 0 ? 1 : 0
}
