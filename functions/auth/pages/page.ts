import type { Answer } from '../answer.ts'
import { contentSecurityPolicy } from '../security-headers.ts'
import { type Html, html } from './html.ts'
import { type Language, languages } from './language.ts'
import { ICON, MARK } from './mark.ts'
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
<link rel="icon" href="${ICON}">
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
