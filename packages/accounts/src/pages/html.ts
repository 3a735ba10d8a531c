/** Text that is HTML. A class, so that nothing which came out of JSON can pass for it. */
export class Html {
  readonly text: string;

  /** @param text is trusted: whatever is not constant must have been escaped. */
  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What a template takes: text is escaped, `null`, `undefined` and `false` are nothing, lists are joined. */
export type HtmlValue = string | number | Html | null | undefined | false | readonly HtmlValue[];

const entityByCharacter: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entityByCharacter[character] ?? '');

const toText = (value: HtmlValue): string => {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return value.map(toText).join('');
};

/** A template that escapes what is put into it, for text and for attributes in quotes. */
export const html = (parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html =>
  new Html(parts.reduce((text, part, index) => text + toText(values[index - 1]) + part));
