import { Html, type HtmlValue, html } from './html.js';

export interface Field {
  /** Also its `id`: unique on the page. */
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'email' | 'password';
  readonly value?: string;
  /** For password managers and keyboards: `username`, `current-password`, `new-password`, `one-time-code`, … */
  readonly autocomplete: string;
  readonly isRequired?: boolean;
  readonly hint?: HtmlValue;
  /** Why it was refused. */
  readonly error?: string | null;
  /** The first thing to fill in. */
  readonly isFocused?: boolean;
  /** Digits in groups, as codes are read. */
  readonly isCode?: boolean;
  readonly inputMode?: 'numeric' | 'email' | 'text';
  readonly maxLength?: number;
}

const when = (condition: boolean, text: string): Html | false => condition && new Html(text);

/** A labelled field with its hint and error, tied to it for those who hear the page. */
export const toField = (field: Field): Html => {
  const { name, label, type = 'text', hint, error } = field;
  const described = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ');
  return html`<div class="field">
<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${field.autocomplete}"${[
    field.value !== undefined && html` value="${field.value}"`,
    field.inputMode && html` inputmode="${field.inputMode}"`,
    field.maxLength !== undefined && html` maxlength="${field.maxLength}"`,
    described !== '' && html` aria-describedby="${described}"`,
    when(Boolean(error), ' aria-invalid="true"'),
    when(field.isCode === true, ' class="code"'),
    when(field.isRequired !== false, ' required'),
    when(field.isFocused === true, ' autofocus'),
    new Html(' autocapitalize="none" spellcheck="false"'),
  ]}>
${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${error && html`<p class="hint" id="${name}-error">${error}</p>`}
</div>`;
};

/** What went wrong with a form as a whole, read out at once; nothing for null. */
export const toAlert = (message: HtmlValue): HtmlValue =>
  message && html`<p class="notice error" role="alert">${message}</p>`;

/** That something has been done. */
export const toStatus = (message: HtmlValue): HtmlValue =>
  message && html`<p class="notice good" role="status">${message}</p>`;
