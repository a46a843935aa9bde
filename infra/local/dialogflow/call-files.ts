import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writePrivate } from '../certificates/pem-files.ts'
import type { Estate } from '../estate.ts'
import { matchIntent } from './agent.ts'
import { Conversation } from './conversation.ts'

/** Half of a token's life. */
const RENEWAL_MS = 30 * 60 * 1000

/**
 * Writes what curl needs beside certificates to call the webhook: request bodies, and a header file with a token that is
 * renewed while the process lives.
 */
export const writeCallFiles = async (estate: Estate, directory: string): Promise<void> => {
  for (const dialect of ['es', 'cx'] as const) {
    const request = new Conversation(dialect, estate.project).request('Hi', matchIntent('Hi'))
    await writeFile(join(directory, `hi-${dialect}.json`), JSON.stringify(request, null, 2))
  }
  const writeHeader = () =>
    writePrivate(
      join(directory, 'header.txt'),
      `Content-Type: application/json\nAuthorization: Bearer ${estate.issuer.issue(estate.genuine)}\n`,
    )
  await writeHeader()
  setInterval(() => void writeHeader(), RENEWAL_MS).unref()
}
