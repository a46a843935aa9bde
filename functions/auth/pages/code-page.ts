import type { Answer } from '../answer.ts'
import { disownForm } from './disown-form.ts'
import { type Html, html } from './html.ts'
import type { Language } from './language.ts'
import { pageAnswer } from './page.ts'
import type { Names } from './texts.ts'

type Shown = {
  /** For "this wasn't me". */
  readonly id: string
  /** `BCD-FGH` */
  readonly code: string
  readonly validMinutes: number
  readonly names: Names
  /** The account at the provider, masked. */
  readonly signedInAs: Html | undefined
}

/** After the sign-in: the code, where to type it and for how long, and the way back. */
export const codePage = (language: Language, { id, code, validMinutes, names, signedInAs }: Shown): Answer =>
  pageAnswer({
    status: 200,
    language,
    title: texts => texts.code.title,
    formAction: "'self'",
    content: ({ code: texts, disown }) => html`<p>${texts.where(names)}</p>
<div class="code">
<p translate="no"><b aria-hidden="true">${code}</b><span class="heard">${spelled(code)}</span></p>
<small>${texts.validity(validMinutes)}</small>
</div>
<p>${texts.secrecy}</p>
<div class="back">
<p id="is-it-you">${texts.signedIn(names.service, signedInAs)} ${texts.isItYou}</p>
<div class="ways">
${disownForm(id, disown)}
</div>
</div>`,
  })

/** A screen reader would try to speak consonants as a word. */
const spelled = (code: string): string => [...code.replace('-', '')].join(' ')
