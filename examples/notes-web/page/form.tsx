import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useTask } from './hooks.js';
import icon from './icon.svg';

/** What the browser makes of a field. */
const types = { text: { type: 'text' }, email: { type: 'email' }, password: { type: 'password' } } as const;

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly type?: keyof typeof types;
  readonly autocomplete?: string;
  readonly hint?: string;
  readonly isOptional?: boolean;
  readonly hasFocus?: boolean;
}

export const Field = ({ label, name, type = 'text', autocomplete = 'off', hint, isOptional, hasFocus }: FieldProps) => {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (hasFocus) input.current?.focus();
  }, [hasFocus]);
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <input
        {...types[type]}
        {...{ id, name, autocomplete }}
        ref={input}
        required={!isOptional}
        spellcheck={false}
        autocapitalize="off"
        {...(hint && { 'aria-describedby': `${id}-hint` })}
      />
      {hint && (
        <small class="hint" id={`${id}-hint`}>
          {hint}
        </small>
      )}
    </p>
  );
};

export const Failure = ({ text }: { readonly text: string | null }) => (
  <div role="alert">{text !== null && <p class="failure">{text}</p>}</div>
);

interface FormProps {
  readonly action: string;
  /** While it is done. */
  readonly doing?: string;
  readonly onSubmit: (field: (name: string) => string) => Promise<void>;
  readonly children: ComponentChildren;
}

/** A form with one button. What fails is said above it. */
export const Form = ({ action, doing = 'One moment …', onSubmit, children }: FormProps) => {
  const { isBusy, failure, run } = useTask();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const fields = new FormData(event.currentTarget);
        if (!isBusy) void run(() => onSubmit((name) => String(fields.get(name) ?? '')));
      }}
    >
      {children}
      <Failure text={failure} />
      <button type="submit" class="primary" aria-disabled={isBusy}>
        {isBusy ? doing : action}
      </button>
    </form>
  );
};

/** What fills the page while there are no notes to show. */
export const Card = ({ title, children }: { readonly title: string; readonly children: ComponentChildren }) => (
  <main class="card">
    <img src={icon} alt="" width="44" height="44" />
    <h1>{title}</h1>
    {children}
  </main>
);
