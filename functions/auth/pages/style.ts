import { hash } from 'node:crypto'
import { html } from './html.ts'

/**
 * Every page's only style sheet. Text has a contrast of at least 4.5:1 in both schemes (WCAG 2.2 §1.4.3), what has the
 * focus a thick outline (§2.4.13), nothing moves, and in forced colours whatever can be pressed keeps a border.
 */
export const STYLE = html`:root{color-scheme:light dark;--paper:#f5f4f0;--card:#fffefb;--ink:#1f2328;--soft:#5a5f66;--line:#dcd9d0;--accent:#0a5c50;--on-accent:#fff;--refuse:#43474e;--on-refuse:#fff;--tint:#eaf3f0}
@media (prefers-color-scheme:dark){:root{--paper:#131517;--card:#1b1e21;--ink:#e9e7e2;--soft:#a9adb3;--line:#33373c;--accent:#8fd6c6;--on-accent:#06231e;--refuse:#c9ccd1;--on-refuse:#17191c;--tint:#1c2b29}}
*{box-sizing:border-box}
html{font:100%/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;min-height:100svh;display:grid;grid-template-columns:minmax(0,1fr);place-items:center;padding:min(1rem,4vw);background:var(--paper);color:var(--ink)}
main{width:100%;max-width:30rem;padding:min(1.5rem,6vw);background:var(--card);border:1px solid var(--line);border-radius:1rem;overflow-wrap:anywhere}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25;font-weight:650;letter-spacing:-.01em;text-wrap:balance;overflow-wrap:break-word}
p{margin:.75rem 0;text-wrap:pretty}
.mark{display:block;width:2.75rem;height:2.75rem;margin-bottom:1.1rem;padding:.6rem;border-radius:.75rem;background:var(--tint);color:var(--accent)}
dl{margin:1.25rem 0;border-block:1px solid var(--line)}
dl div{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;padding:.5rem 0}
dl div+div{border-top:1px solid var(--line)}
dt{color:var(--soft)}
dd{margin:0 0 0 auto;font-weight:600;text-align:end}
.ways{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(11rem,100%),1fr));gap:.75rem;margin-top:1.25rem}
form{display:grid;margin:0}
button,.go{font:inherit;font-weight:600;min-height:3rem;padding:.6rem .75rem;border:1px solid transparent;border-radius:.625rem;cursor:pointer;text-align:center;text-decoration:none;overflow-wrap:break-word;background:var(--accent);color:var(--on-accent)}
.refuse{background:var(--refuse);color:var(--on-refuse)}
button:hover,.go:hover{text-decoration:underline;text-underline-offset:.2em}
:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
.code{margin:1.25rem 0;padding:1.25rem .25rem 1rem;border:1px solid var(--line);border-radius:.75rem;background:var(--tint);text-align:center}
.code p{margin:0}
.code b{font:650 min(2.75rem,11vw)/1.2 ui-monospace,"Cascadia Mono","SF Mono",Menlo,Consolas,monospace;letter-spacing:.06em;white-space:nowrap;user-select:all;-webkit-user-select:all}
.code small{display:block;margin-top:.35rem;color:var(--soft);font-size:.9375rem;text-wrap:balance}
.back{margin-top:1.25rem;padding-top:.5rem;border-top:1px solid var(--line)}
.heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap;user-select:none;-webkit-user-select:none}
@media (min-width:40rem){main{padding:2.25rem}}
@media (forced-colors:active){button,.go{border-color:ButtonText}}`

/** The source that allows exactly this style sheet. https://www.w3.org/TR/CSP3/#grammardef-hash-source */
export const STYLE_SOURCE = `'sha256-${hash('sha256', STYLE.toString(), 'base64')}'`
