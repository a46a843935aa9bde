/** What may stand in a template: text and numbers are escaped, HTML is not. */
export type Content = string | number | Html | readonly Html[]

let make: (text: string) => Html

/** Text that is HTML already. Only {@link html} makes it, so whatever else gets into a page is escaped. */
export class Html {
  readonly #text: string

  private constructor(text: string) {
    this.#text = text
  }

  static {
    make = text => new Html(text)
  }

  toString(): string {
    return this.#text
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeText = (text: string): string => text.replace(/[&<>"']/g, character => ESCAPES[character] ?? '')

const render = (content: Content): string => {
  if (content instanceof Html) return content.toString()
  return typeof content === 'object' ? content.join('') : escapeText(String(content))
}

/** A template of HTML. Attributes have to be in double quotes. */
export const html = ([first = '', ...rest]: TemplateStringsArray, ...contents: readonly Content[]): Html =>
  make(contents.reduce<string>((text, content, index) => `${text}${render(content)}${rest[index] ?? ''}`, first))
