import { Html, type HtmlValue, html } from './html.js';
import { stylesheet } from './stylesheet.js';

export interface PageContent {
  /** Of the window: what the page is for, the most telling word first. */
  readonly title: string;
  readonly body: HtmlValue;
  /** For lists and tables; forms are read more easily in a narrow column. */
  readonly isWide?: boolean;
  /** Whose server this is; its host by default. */
  readonly footer?: HtmlValue;
}

/** A whole document around the body of a page. It needs no script and loads nothing. */
export const toDocument = ({ title, body, isWide = false, footer }: PageContent): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Html(stylesheet)}</style>
</head>
<body>
<main${isWide && new Html(' class="wide"')}>
${body}
</main>
${footer && html`<footer>${footer}</footer>`}
</body>
</html>
`.text;
