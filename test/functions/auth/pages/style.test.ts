import { describe, expect, it } from 'vitest'
import { STYLE } from '../../../../functions/auth/pages/style.ts'

const [light = '', dark = ''] = [...`${STYLE}`.matchAll(/:root\{([^}]*)\}/g)].map(([, declarations]) => declarations)

const coloursOf = (declarations: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...declarations.matchAll(/--([\w-]+):#([0-9a-f]+)/g)].map(([, name = '', colour = '']) => [name, colour]),
  )

/** WCAG 2.2, relative luminance. */
const luminance = (colour: string): number => {
  const digits = colour.length === 3 ? [...colour].map(digit => digit + digit) : (colour.match(/../g) ?? [])
  const [red = 0, green = 0, blue = 0] = digits.map(pair => {
    const channel = Number.parseInt(pair, 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const contrast = (one: string, other: string): number => {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s colours', (_, declarations) => {
  const colours = coloursOf(declarations)

  it.each([
    ['ink', 'card'],
    ['soft', 'card'],
    ['ink', 'tint'],
    ['soft', 'tint'],
    ['accent', 'tint'],
    ['on-accent', 'accent'],
    ['on-refuse', 'refuse'],
    ['accent', 'card'],
    ['refuse', 'card'],
  ])('have a contrast of at least 4.5:1 between %s and %s', (one, other) => {
    expect(contrast(colours[one] ?? '', colours[other] ?? '')).toBeGreaterThanOrEqual(4.5)
  })
})
