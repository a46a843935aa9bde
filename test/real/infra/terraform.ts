import { existsSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { type Outcome, type Part, run, scratchFolder, starts } from './part.ts'

export const infra = join(import.meta.dirname, '../../../infra')

const provider =
  process.env.TERRAFORM_PROVIDER_GOOGLE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'trusted-fulfillment')

export const terraformPart: Part = {
  name: 'terraform',
  found: await starts('terraform', 'version'),
  how: 'https://developer.hashicorp.com/terraform/install, 1.9 or later',
}

export const providerPart: Part = {
  name: 'the Terraform provider for Google Cloud',
  found: existsSync(join(provider, 'terraform-provider-google')),
  how: 'infra/tests/build-provider.sh, or name its folder in TERRAFORM_PROVIDER_GOOGLE',
}

const scratch = scratchFolder('terraform')
const configuration = join(scratch, 'terraform.rc')
// With an override Terraform needs neither `init` nor a registry.
writeFileSync(
  configuration,
  `provider_installation {\n  dev_overrides {\n    "hashicorp/google" = ${JSON.stringify(provider)}\n  }\n  direct {}\n}\n`,
)

/** Runs terraform with the provider found above, without credentials and without asking anybody for its newest version. */
export const terraform = (args: readonly string[], folder = infra): Promise<Outcome> =>
  run('terraform', args, {
    cwd: folder,
    env: { TF_CLI_CONFIG_FILE: configuration, TF_DATA_DIR: join(scratch, 'data'), CHECKPOINT_DISABLE: '1' },
  })

const line = z.object({
  type: z.string(),
  '@testrun': z.optional(z.string()),
  diagnostic: z.optional(z.object({ severity: z.string(), summary: z.string(), detail: z.string() })),
  test_summary: z.optional(
    z.object({ status: z.string(), passed: z.number(), failed: z.number(), errored: z.number() }),
  ),
  test_state: z.optional(z.unknown()),
})

export type TestRun = {
  readonly summary: { readonly status: string; readonly passed: number; readonly failed: number }
  /** `RUN: SUMMARY: DETAIL`; the detail of a failed assertion is its error message. */
  readonly errors: readonly string[]
  /** The state after each run that applied something, as `terraform show -json` has it. */
  readonly states: readonly unknown[]
}

/** Runs one file of infra/tests; `verbose` for the states, which are long. */
export const terraformTest = async (file: string, folder = infra, ...verbose: '-verbose'[]): Promise<TestRun> => {
  const { stdout } = await terraform(['test', '-json', ...verbose, `-filter=tests/${file}`], folder)
  const lines = stdout
    .trim()
    .split('\n')
    .map(text => line.parse(JSON.parse(text)))
  const summary = lines.find(({ test_summary }) => test_summary !== undefined)?.test_summary
  return {
    summary: summary ?? { status: 'none', passed: 0, failed: 0 },
    errors: lines.flatMap(({ '@testrun': name, diagnostic }) =>
      diagnostic?.severity === 'error' ? [`${name}: ${diagnostic.summary}: ${diagnostic.detail}`] : [],
    ),
    states: lines.flatMap(({ test_state }) => (test_state === undefined ? [] : [test_state])),
  }
}
