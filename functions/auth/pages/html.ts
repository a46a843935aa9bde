class HtmlText {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

/** Text that is HTML already. Only {@link html} makes it, so whatever else gets into a page is escaped. */
export type Html = HtmlText

/** What may stand in a template: text and numbers are escaped, HTML is not. */
export type Content = string | number | Html | readonly Html[]

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeText = (text: string): string => text.replace(/[&<>"']/g, character => ESCAPES[character] ?? '')

const render = (content: Content): string => {
  if (content instanceof HtmlText) return content.toString()
  return typeof content === 'object' ? content.map(render).join('') : escapeText(String(content))
}

/** A template of HTML. Attributes have to be in double quotes. */
export const html = ([first = '', ...rest]: TemplateStringsArray, ...contents: readonly Content[]): Html =>
  new HtmlText(
    contents.reduce<string>((text, content, index) => `${text}${render(content)}${rest[index] ?? ''}`, first),
  )
