import { describe, expect, test } from 'vitest'
import { parseBody } from '../../../shared/dialogflow/parse-body.ts'
import { parseTurn } from '../../../shared/dialogflow/parse-turn.ts'
import { reply } from '../../../shared/dialogflow/reply.ts'
import { writeReply } from '../../../shared/dialogflow/write-reply.ts'
import { corpora, dialogflowBodies, readCorpus } from '../../fixtures/corpora.ts'

describe.runIf(corpora)('real bodies', () => {
  test('are there', () => {
    expect(dialogflowBodies().length).toBeGreaterThan(0)
  })

  test.each(dialogflowBodies())('$file ($completeness)', ({ file, dialect, completeness }) => {
    const body = parseBody(readCorpus(file))
    expect(body).toMatchObject({ ok: true })
    if (!body.ok) return
    const turn = parseTurn(body.value)
    if (completeness === 'full') expect(turn).toMatchObject({ ok: true, value: { dialect } })
    if (!turn.ok) return
    expect(turn.value.dialect).toBe(dialect)
    expect(JSON.parse(writeReply(reply().text('Hi'), turn.value).json)).toBeTypeOf('object')
  })
})
