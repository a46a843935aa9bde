import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html } from '../../../../functions/auth/pages/html.ts'

const textOf = (text: string): string =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '',
  )

describe('a template of HTML', () => {
  it('escapes text, in elements and in attributes, and nothing that is HTML already', () => {
    const inner = html`<b>${'<&>'}</b>`
    expect(`${html`<p title="${`"'`}">${inner}${[inner, inner]}${7}</p>`}`).toBe(
      '<p title="&quot;&#39;"><b>&lt;&amp;&gt;</b><b>&lt;&amp;&gt;</b><b>&lt;&amp;&gt;</b>7</p>',
    )
  })

  it('lets no text leave its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'<>&"\'=/ax;#') }), text => {
        const [, within = ''] = /^<a title="([^"<>]*)">\1<\/a>$/.exec(`${html`<a title="${text}">${text}</a>`}`) ?? []
        expect(textOf(within)).toBe(text)
      }),
    )
  })

  it('takes text for text even if it says that it is HTML', () => {
    const liar = { toString: () => '<script>' }
    // @ts-expect-error: only text, numbers and HTML may stand in a template
    expect(() => `${html`${liar}`}`).toThrow()
  })
})
