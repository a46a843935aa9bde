import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import { START, startInstance } from './instance.ts'
import { accountOf, ada, adaOnThePhone } from './people.ts'

test('nothing personal that this room keeps stands in the database or a log in clear', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'identity-secrecy-'))
  const store = sqliteStore(join(folder, 'store.sqlite'), { clock: () => START })
  const { identity, logged } = startInstance({ store, clock: { now: START } })
  const user = { identity: ada, username: 'ada@example.com' }
  const withEverything = accountOf('slack', 'U0ADA', { masked: '…masked', label: 'Slack' })

  for (const account of [adaOnThePhone, withEverything]) {
    await identity.seen(account, { language: 'en' })
    await identity.signedIn(account, { ...user, consent: 'no' })
    await identity.ask({ account: account.id, conversation: 'conversation-1' }, { ...user, conflict: false })
  }
  await identity.answer(withEverything, 'never', { ...user, conflict: false })
  await identity.forget(withEverything, { signal: AbortSignal.timeout(5000) })

  const files = await Promise.all((await readdir(folder)).map(file => readFile(join(folder, file), 'latin1')))
  const text = `${files.join('\n')}${JSON.stringify(logged.entries)}`
  expect(text).toContain('auditEntries')
  for (const personal of [
    '+15550001111',
    'ada.phone',
    'U0ADA',
    'masked"',
    '…',
    ada.subject,
    'ada@example.com',
    'my orders',
  ]) {
    expect(text).not.toContain(personal)
  }
  await store.close()
  await rm(folder, { recursive: true })
})
