import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import * as z from 'zod/mini'
import { type Part, run, scratchFolder, starts, testWith } from './part.ts'

const root = join(import.meta.dirname, '../../..')
const scratch = scratchFolder('gcloud')
// Nobody is logged in here, and a machine of Google Cloud is not asked who it is.
const env = { CLOUDSDK_CONFIG: scratch, CLOUDSDK_CORE_CHECK_GCE_METADATA: 'false', CLOUDSDK_CORE_DISABLE_PROMPTS: '1' }

const gcloud: Part = {
  name: 'gcloud',
  found: await starts('gcloud', 'version'),
  how: 'https://cloud.google.com/sdk/docs/install',
}
const test = testWith(gcloud)

/** What a script or a fenced block calls gcloud for. A backslash joins lines; variables stand for some word. */
const scripted = (text: string): readonly string[] =>
  [
    ...text
      .replaceAll(/ *\\\n */g, ' ')
      .replaceAll(/\$\((?!gcloud)[^)]*\)/g, 'x=x')
      .replaceAll(/\$\{?\w+\}?/g, 'x')
      .matchAll(/(?:^\s*(?:script: )?|\$\(|\| )(gcloud [^|)\n]*)/gm),
  ].map(([, command = '']) => command)

/** What Terraform's comments, descriptions and alerts tell an operator to type. */
const advised = (text: string): readonly string[] =>
  [...text.matchAll(/(?:: |^# )(gcloud [^"`.\n]+)/gm)].map(([, command = '']) => command)

const commands = [
  ...['cloudbuild.yaml', 'README.md'].flatMap(file =>
    globSync(file, { cwd: root }).flatMap(path => scripted(readFileSync(join(root, path), 'utf8'))),
  ),
  ...globSync('infra/*.tf', { cwd: root }).flatMap(path => advised(readFileSync(join(root, path), 'utf8'))),
]

const verdicts = z.array(
  z.object({ command_string: z.string(), success: z.boolean(), error_message: z.optional(z.nullable(z.string())) }),
)

/** What gcloud's own parser makes of commands, none of which is carried out. */
const parse = async (lines: readonly string[]) => {
  const file = join(scratch, 'commands.json')
  writeFileSync(file, JSON.stringify(lines.map(line => ({ command_string: line }))))
  const { stdout } = await run('gcloud', ['meta', 'lint-gcloud-commands', `--commands-file=${file}`], { env })
  return verdicts.parse(JSON.parse(stdout))
}

test('knows every gcloud command of cloudbuild.yaml, of the README and of the alerts', async () => {
  const distinct = [...new Set(commands)]
  const parsed = await parse(distinct)

  expect(distinct.length).toBeGreaterThanOrEqual(11)
  expect(parsed).toHaveLength(distinct.length)
  expect(parsed.filter(({ success }) => !success)).toEqual([])
})

test('would refuse a flag that gcloud does not know', async () => {
  expect(await parse(['gcloud run deploy webhook --source dist/webhook --gate-keeper'])).toEqual([
    expect.objectContaining({ success: false, error_message: expect.stringContaining('--gate-keeper') }),
  ])
})

test('takes cloudbuild.yaml for a build', async () => {
  // Refused for want of an account, and that comes after the build has been read.
  const submit = ['builds', 'submit', '--no-source', '--project=nobodys', `--config=${join(root, 'cloudbuild.yaml')}`]
  const { code, stderr } = await run('gcloud', submit, { env })

  expect(code).toBe(1)
  expect(stderr).toContain('You do not currently have an active account selected')
})
