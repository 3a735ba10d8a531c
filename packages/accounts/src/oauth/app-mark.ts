import { Html, html } from '../pages/html.js';

/** One number for a name, the same everywhere. */
const toHue = (name: string): number => {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return hash;
};

/** A sign for an app that has no icon here: its initial on a colour of its own. */
export const toAppMark = (name: string): Html => {
  const [initial = '?'] = name.trim();
  const hue = toHue(name);
  return html`<svg class="mark" viewBox="0 0 52 52" aria-hidden="true">
<defs><linearGradient id="mark" x1="0" y1="0" x2="1" y2="1">
<stop offset="0" stop-color="hsl(${hue} 62% 52%)"/><stop offset="1" stop-color="hsl(${(hue + 40) % 360} 64% 38%)"/>
</linearGradient></defs>
<rect width="52" height="52" rx="14" fill="url(#mark)"/>
<text x="26" y="35" text-anchor="middle" font-size="25" font-weight="650" fill="#fff">${initial.toLocaleUpperCase('en')}</text>
</svg>`;
};

const icon = (path: string): Html =>
  new Html(
    `<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${path}</svg>`,
  );

export const icons = {
  sync: icon('<path d="M16 8a6.2 6.2 0 0 0-11.3-1.9L3 8m0-4v4h4m-3 4a6.2 6.2 0 0 0 11.3 1.9L17 12m0 4v-4h-4"/>'),
  person: icon('<circle cx="10" cy="7" r="3.2"/><path d="M3.8 17c.7-3 3.2-4.6 6.2-4.6s5.5 1.6 6.2 4.6"/>'),
  clock: icon('<circle cx="10" cy="10" r="7"/><path d="M10 6v4.2l2.7 1.7"/>'),
} as const;
