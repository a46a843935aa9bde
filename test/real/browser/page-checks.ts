import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

const LOOK_AT = readFileSync(join(import.meta.dirname, 'look-at.js'), 'utf8')

/** Every rule of `look-at.js` that a page breaks, with where it does. */
export const lookAt = (page: Page): Promise<unknown> => page.evaluate(LOOK_AT)

const FOCUSED = `(() => {
  const focused = document.activeElement
  const { outlineStyle, outlineWidth } = getComputedStyle(focused)
  return outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2 ? focused.textContent : 'no outline'
})()`

/** The text of what has the focus, if it shows it: by an outline of at least two pixels (WCAG 2.2 §2.4.13). */
export const focusShown = (page: Page): Promise<unknown> => page.evaluate(FOCUSED)
