import type { Verdict } from './verdict.ts'

const columns = ['case', 'ours', 'baseline', 'ratio', 'middle half', 'target', '', 'measured against'] as const

/** The results as a table, and under it what else is worth knowing. */
export const report = (verdicts: readonly Verdict[]): string => {
  const rows = [columns, ...verdicts.map(row)]
  const widths = columns.map((_, column) => Math.max(...rows.map(cells => cells[column]?.length ?? 0)))
  const table = rows.map(cells =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const notes = verdicts.flatMap(({ name, notes }) =>
    Object.entries(notes).map(([what, value]) => `${name}: ${what}: ${value}`),
  )
  return [...table, '', ...notes, ''].join('\n')
}

const row = ({ name, unit, ours, baseline, ratio, spread, bound, target, ok, baselineName }: Verdict) => [
  name,
  `${figure(ours)} ${unit}`,
  `${figure(baseline)} ${unit}`,
  ratio.toFixed(2),
  spread.map(value => value.toFixed(2)).join('–'),
  `${bound === 'atLeast' ? '≥' : '≤'} ${target.toFixed(2)}`,
  ok ? 'ok' : 'MISSED',
  baselineName,
]

/** Three digits that count. */
const figure = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3))
