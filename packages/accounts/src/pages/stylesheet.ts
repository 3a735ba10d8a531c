import { createHash } from 'node:crypto';

/**
 * The style of every page, inside of the page: one request, and a policy that names exactly this text. Colours are
 * variables, light and dark; pairs of text and background have a contrast of 4.5 and more.
 */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --ground: #f3f4f7; --card: #ffffff; --edge: #dfe2e8; --field-edge: #858d9c;
  --text: #171a21; --soft: #565e6d; --accent: #2f54d4; --accent-strong: #2444b4; --on-accent: #ffffff;
  --tint: #eef2fe; --danger: #b3261e; --danger-tint: #fdf0ef; --good: #17683a; --good-tint: #ecf7f0;
  --shadow: 0 1px 2px rgb(23 26 33 / 5%), 0 12px 32px -12px rgb(23 26 33 / 14%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1115; --card: #181b21; --edge: #2a2f38; --field-edge: #737c8c;
    --text: #eceef2; --soft: #a3abb9; --accent: #8aa4ff; --accent-strong: #a5b9ff; --on-accent: #0e1433;
    --tint: #1d2436; --danger: #ff9c93; --danger-tint: #33191a; --good: #7fd6a0; --good-tint: #14291d;
    --shadow: none;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; display: flex; flex-direction: column; align-items: center;
  background: var(--ground); color: var(--text); padding: 1.5rem 1rem;
  font: 400 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  overflow-wrap: anywhere;
}
main {
  width: 100%; max-width: 26rem; margin: auto 0; padding: 2rem;
  background: var(--card); border: 1px solid var(--edge); border-radius: 1rem; box-shadow: var(--shadow);
}
main.wide { max-width: 46rem; margin: 1.5rem 0 auto; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
h2 { margin: 2.25rem 0 .5rem; font-size: 1.0625rem; line-height: 1.35; font-weight: 650; }
p { margin: .75rem 0 0; text-wrap: pretty; }
h1 + p { margin-top: .5rem; }
.facts + p { margin-top: 1rem; }
strong { font-weight: 650; }
.soft, .hint { color: var(--soft); }
.hint, .small { font-size: .875rem; }
a { color: var(--accent); text-underline-offset: .2em; }
a:hover { color: var(--accent-strong); }
.mark { display: block; width: 3.25rem; height: 3.25rem; margin: 0 0 1.25rem; border-radius: .875rem; }
form { margin: 0; }
form > .field:first-of-type { margin-top: 1.5rem; }
.field { margin-top: 1.125rem; }
.field .hint { margin: .375rem 0 0; }
label { display: block; margin-bottom: .375rem; font-size: .875rem; font-weight: 600; }
input:not([type=checkbox], [type=radio]), select {
  width: 100%; min-height: 2.875rem; padding: .5rem .75rem; border-radius: .625rem; border: 1px solid var(--field-edge);
  background: var(--card); color: var(--text); font: inherit;
}
input.code { font-variant-numeric: tabular-nums; letter-spacing: .2em; font-size: 1.25rem; }
input[aria-invalid=true] { border-color: var(--danger); }
.check { display: flex; gap: .625rem; align-items: start; margin-top: 1.125rem; }
.check input { flex: none; width: 1.125rem; height: 1.125rem; margin: .2rem 0 0; accent-color: var(--accent); }
.check label { margin: 0; font-weight: 400; font-size: 1rem; }
.button, button {
  display: inline-block; min-height: 2.875rem; padding: .625rem 1.125rem; border-radius: .625rem;
  border: 1px solid transparent; background: var(--accent); color: var(--on-accent);
  font: inherit; font-weight: 600; line-height: 1.5; text-align: center; text-decoration: none; cursor: pointer;
}
.button:hover, button:hover { background: var(--accent-strong); color: var(--on-accent); }
.quiet { background: transparent; color: var(--text); border-color: var(--field-edge); }
.quiet:hover { background: var(--tint); color: var(--text); }
.danger { background: transparent; color: var(--danger); border-color: currentColor; }
.danger:hover { background: var(--danger-tint); color: var(--danger); }
.link {
  min-height: 1.5rem; padding: 0; border: 0; border-radius: .25rem; background: none; color: var(--accent);
  font-weight: 400; text-decoration: underline; text-underline-offset: .2em;
}
.link:hover { background: none; color: var(--accent-strong); }
.actions { display: flex; flex-direction: column; gap: .75rem; margin-top: 1.5rem; }
form + form > .actions { margin-top: .75rem; }
.actions.row { flex-direction: row; flex-wrap: wrap; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
input:not([type=checkbox], [type=radio]):focus-visible { outline-offset: -2px; border-color: transparent; }
.notice { margin: 1.25rem 0 0; padding: .75rem .875rem; border-radius: .625rem; background: var(--tint); font-size: .9375rem; }
.notice.error { background: var(--danger-tint); color: var(--danger); }
.notice.good { background: var(--good-tint); color: var(--good); }
.facts { margin: 1.25rem 0 0; padding: 0; list-style: none; border: 1px solid var(--edge); border-radius: .75rem; }
.facts li { display: flex; gap: .75rem; padding: .75rem 1rem .8125rem; }
.facts strong { font-weight: 600; }
.facts li + li { border-top: 1px solid var(--edge); }
.facts svg { flex: none; width: 1.25rem; height: 1.25rem; margin-top: .125rem; color: var(--accent); }
.facts .hint { display: block; }
.account { display: flex; align-items: center; gap: .75rem; margin-top: 1.25rem; font-size: .9375rem; }
.account > :first-child { flex: 1; min-width: 0; }
.account form { flex: none; }
.facts .row { align-items: center; flex-wrap: wrap; }
.grow { flex: 1 1 14rem; min-width: 0; }
.app { margin-top: 1.25rem; }
.app .heading { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .875rem; }
.app .heading > div { flex: 1 1 11rem; min-width: 0; }
.app .heading p { margin: 0; }
.app .mark { width: 2.25rem; height: 2.25rem; margin: 0; border-radius: .625rem; }
.app .facts { margin-top: .75rem; }
h3 { margin: 0; font-size: 1rem; font-weight: 650; }
.qr { max-width: 13rem; margin: 1.25rem auto 0; overflow: hidden; border-radius: .75rem; border: 1px solid var(--edge); }
.qr > svg { display: block; width: 100%; height: auto; }
.codes { margin: 1.25rem 0 0; padding: 0 0 0 2rem; display: grid; gap: .375rem 2rem; grid-template-columns: repeat(auto-fit, minmax(12.5rem, 1fr)); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.aside { margin-top: 1.5rem; padding-top: 1.25rem; border-top: 1px solid var(--edge); }
.scroll { overflow-x: auto; }
table { width: 100%; margin-top: .75rem; border-collapse: collapse; font-size: .9375rem; }
th, td { padding: .625rem .75rem .625rem 0; border-bottom: 1px solid var(--edge); text-align: start; vertical-align: top; }
th { font-weight: 600; }
code { font: .9375em ui-monospace, "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; }
footer { margin-top: 1.25rem; color: var(--soft); font-size: .8125rem; text-align: center; }
footer a { color: inherit; }
@media (max-width: 30rem) {
  body { padding: 0; background: var(--card); }
  main, main.wide { max-width: none; margin: 0; padding: 2rem 1.25rem 1.25rem; border: 0; border-radius: 0; box-shadow: none; }
  footer { margin: auto 0 0; padding: 1.25rem; }
}
@media (forced-colors: active) {
  .button, button:not(.link) { border-color: ButtonBorder; }
}
`;

/** What the policy of a page allows as style: this text and nothing else. */
export const styleSource = `'sha256-${createHash('sha256').update(stylesheet).digest('base64')}'`;
