import { join } from 'node:path'
import { expect } from 'vitest'
import * as z from 'zod/mini'
import { type Part, run, starts, testWith } from './part.ts'

const program = process.env.CHECKOV ?? 'checkov'
const checkov: Part = {
  name: 'checkov',
  found: await starts(program, '--version'),
  how: 'pip install checkov==3.3.30, or name it in CHECKOV',
}

const report = z.object({
  results: z.object({ failed_checks: z.array(z.object({ check_id: z.string(), resource: z.string() })) }),
  summary: z.object({ passed: z.number(), failed: z.number(), parsing_errors: z.number() }),
})

testWith(checkov)('finds nothing but the exceptions that are explained', { timeout: 60_000 }, async () => {
  const { stdout } = await run(program, ['--config-file', 'infra/checkov.yaml', '--output', 'json'], {
    cwd: join(import.meta.dirname, '../../..'),
  })
  const { results, summary } = report.parse(JSON.parse(stdout))

  expect(results.failed_checks.map(({ check_id, resource }) => `${check_id} ${resource}`)).toEqual([])
  expect(summary.parsing_errors).toBe(0)
  expect(summary.passed).toBeGreaterThanOrEqual(29)
})
