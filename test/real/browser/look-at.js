/**
 * What WCAG 2.2 does not allow on the page that this runs in: contrast (§1.4.3, §1.4.11), scrolling sideways (§1.4.10),
 * targets under 44 pixels (§2.5.5), headings, landmarks, title, language. Chromium's tools run it, the page itself may not.
 */
;(() => {
  const findings = []
  const add = (rule, where, value) => findings.push({ rule, where, value: String(value) })

  const parse = colour => (colour.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = colour => {
    const [red = 0, green = 0, blue = 0] = parse(colour)
      .slice(0, 3)
      .map(value => value / 255)
      .map(value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const ratio = (one, other) => {
    const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
    return (lighter + 0.05) / (darker + 0.05)
  }
  const behind = element => {
    if (element === null) return 'rgb(255, 255, 255)'
    const colour = getComputedStyle(element).backgroundColor
    return parse(colour)[3] === 0 ? behind(element.parentElement) : colour
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const element = node.parentElement
    if (element === null || node.textContent?.trim() === '') continue
    const contrast = ratio(getComputedStyle(element).color, behind(element))
    if (contrast < 4.5) add('contrast', node.textContent ?? '', contrast.toFixed(2))
    if (Number.parseFloat(getComputedStyle(element).fontSize) < 14) add('small text', node.textContent ?? '', '')
  }
  for (const target of document.querySelectorAll('button, a')) {
    const { width, height } = target.getBoundingClientRect()
    if (width < 44 || height < 44) add('target', target.textContent ?? '', `${width}×${height}`)
    const contrast = ratio(getComputedStyle(target).backgroundColor, behind(target.parentElement))
    if (contrast < 3) add('contrast of a control', target.textContent ?? '', contrast.toFixed(2))
  }
  const { scrollWidth, clientWidth, lang } = document.documentElement
  if (scrollWidth > clientWidth) add('scrolls sideways', '', `${scrollWidth} > ${clientWidth}`)
  for (const element of document.querySelectorAll('main, main *:not(.heard)')) {
    const { left, right } = element.getBoundingClientRect()
    if (left < 0 || right > clientWidth + 0.5) add('out of sight', element.tagName, `${left}–${right}`)
  }
  if (document.querySelectorAll('h1').length !== 1) add('headings', 'h1', document.querySelectorAll('h1').length)
  if (document.querySelectorAll('main').length !== 1) add('landmarks', 'main', '')
  if (document.title === '') add('title', '', '')
  if (!/^(?:en|fr|de|es)$/.test(lang)) add('language', 'html', lang)
  if (document.scripts.length > 0) add('script', '', document.scripts.length)
  return findings
})()
