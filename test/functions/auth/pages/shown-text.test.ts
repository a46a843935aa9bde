import { describe, expect, it } from 'vitest'
import { shownText } from '../../../../functions/auth/pages/shown-text.ts'

const shown = (text: string): string => /^<bdi translate="no">(.*)<\/bdi>$/s.exec(`${shownText(text)}`)?.[1] ?? 'no bdi'

describe('a text of a conversation', () => {
  it.each([
    ['stays as it is', 'a•••@contoso.example', 'a•••@contoso.example'],
    ['may be in any script', '旅行の窓口 · משרד · Büro', '旅行の窓口 · משרד · Büro'],
    ['may have marks', 'Café Nguyễn สวัสดี', 'Café Nguyễn สวัสดี'],
    ['loses what turns the direction', 'moc.\u202ecomrade\u202c', 'moc.comrade'],
    ['loses what nobody sees', 'Trav\u200bel\u00ad\ufeff \u2060desk', 'Travel desk'],
    ['loses tags of language', `flag\u{e0067}\u{e007f}`, 'flag'],
    ['is one line', '  Travel\r\n\u2028\tdesk\u0000 ', 'Travel desk'],
    ['loses half characters', 'a\ud800b', 'ab'],
    ['loses marks that pile up', `a${'\u0301'.repeat(50)}b`, 'ab'],
    ['is cut', 'x'.repeat(1000), `${'x'.repeat(59)}…`],
    ['is cut between characters', '😀'.repeat(61), `${'😀'.repeat(59)}…`],
    ['is escaped', '<b>"', '&lt;b&gt;&quot;'],
    ['may be nothing', '', ''],
  ])('%s', (_, text, expected) => {
    expect(shown(text)).toBe(expected)
  })
})
