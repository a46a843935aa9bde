import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { defineIntent } from '../../../shared/intents/define-intent.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import { dispatching, say } from './dispatching.ts'
import { esTurn } from './turns.ts'

/** What the test tells this process: to dispatch a call, or to let a slow handler finish. */
export type Command = 'finish' | { readonly responseId: string; readonly text: 'quick' | 'slow' }

/** What this process tells the test: that it listens, that the handler has been started, an outcome. */
export type Report = 'ready' | 'started' | { readonly kind: string; readonly reply: string }

/**
 * A process that takes orders: `node order-process.ts DATABASE BOOK`. An order is given a number of its own and a line in the
 * book. Processes share the book as they share the database.
 */
const [database = '', book = ''] = process.argv.slice(2)
const report = (message: Report) => process.send?.(message)
const finish = Promise.withResolvers<void>()

const order = defineIntent({
  displayName: 'Order',
  handle: async ({ responseId, text }) => {
    appendFileSync(book, `${responseId}\n`)
    report('started')
    if (text === 'slow') await finish.promise
    return say(randomUUID())
  },
})

const store = sqliteStore(database, { clock: Date.now })
// A deadline beyond what the slowest machine needs.
const { dispatch } = dispatching([order], { store: () => store, deadlineMs: 20_000 })

process.on('message', async (command: Command) => {
  if (command === 'finish') return finish.resolve()
  const { kind, reply } = await dispatch(esTurn(command))
  report({ kind, reply: JSON.stringify(reply) })
})
report('ready')
