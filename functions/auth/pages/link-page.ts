import type { Answer } from '../answer.ts'
import { disownForm } from './disown-form.ts'
import { html } from './html.ts'
import type { Language } from './language.ts'
import { pageAnswer } from './page.ts'
import type { Names } from './texts.ts'

/**
 * Before anything begins: who wants what for whom. Going on and "this wasn't me" stand side by side.
 *
 * Chromium holds `form-action` against every redirect after the form, and a provider may send the browser on at once, to
 * an organisation's own sign-in. So any https address is allowed, and in emulation loopback.
 */
export const linkPage = (
  language: Language,
  { link, names, emulation }: { readonly link: string; readonly names: Names; readonly emulation: boolean },
): Answer =>
  pageAnswer({
    status: 200,
    language,
    title: texts => texts.link.title,
    formAction: emulation ? "'self' https: http://localhost:* http://127.0.0.1:*" : "'self' https:",
    content: ({ link: texts, disown }) => html`<p>${texts.asks(names)}</p>
<dl>
${(['agent', 'channel', 'account', 'service'] as const).map(
  row => html`<div><dt>${texts.rows[row]}</dt><dd>${names[row]}</dd></div>
`,
)}</dl>
<p id="is-it-you">${texts.isItYou}</p>
<div class="ways">
<form method="post" action="/link/${link}"><button aria-describedby="is-it-you">${texts.goOn}</button></form>
${disownForm(link, disown)}
</div>`,
  })
