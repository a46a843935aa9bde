import type { Answer } from '../answer.ts'
import { html } from './html.ts'
import type { Language } from './language.ts'
import { pageAnswer } from './page.ts'
import type { NoticeName } from './texts.ts'

type Options = {
  readonly status: number
  /** The id of a link that still works. */
  readonly retry?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A page that only says something. */
export const noticePage = (name: NoticeName, language: Language, { status, retry, headers = {} }: Options): Answer =>
  pageAnswer({
    status,
    language,
    headers,
    title: ({ notices }) => notices[name].title,
    content: ({ notices, tryAgain }) =>
      html`<p>${notices[name].text}</p>${
        retry === undefined
          ? []
          : html`
<p class="ways"><a class="go" href="/link/${retry}">${tryAgain}</a></p>`
      }`,
  })
