import type { Answer } from '../answer.ts'
import { contentSecurityPolicy } from '../security-headers.ts'
import { type Html, html } from './html.ts'
import { type Language, languages } from './language.ts'
import { STYLE, STYLE_SOURCE } from './style.ts'
import type { Texts } from './texts.ts'

export type Page = {
  readonly status: number
  readonly language: Language
  /** Of the window and of the page itself: its only h1. */
  readonly title: (texts: Texts) => string
  readonly content: (texts: Texts) => Html
  /** Where its forms may lead, redirects included (`form-action`); nowhere by default. */
  readonly formAction?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A speech bubble with a keyhole. */
const MARK = html`<svg class="mark" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M4 4h16a1.5 1.5 0 0 1 1.5 1.5v10A1.5 1.5 0 0 1 20 17h-8l-5 4.5V17H4a1.5 1.5 0 0 1-1.5-1.5v-10A1.5 1.5 0 0 1 4 4z"/><circle cx="12" cy="9" r="1.75"/><path d="M12 10.75v2.75"/></svg>`

/** A whole page, with the policy that lets it have its style sheet and its forms, and nothing else: no script, nothing from elsewhere. */
export const pageAnswer = ({ status, language, title, content, formAction, headers }: Page): Answer => {
  const texts = languages[language]
  const page = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title(texts)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${MARK}
<h1>${title(texts)}</h1>
${content(texts)}
</main>
</body>
</html>
`
  return {
    status,
    headers: {
      ...headers,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Language': language,
      'Content-Security-Policy': contentSecurityPolicy({ formAction, style: STYLE_SOURCE }),
    },
    body: page.toString(),
  }
}
