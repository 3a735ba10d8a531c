import type { FormEvent, ReactNode } from 'react';
import { Problem } from './problem.js';

export interface Fields {
  text(name: string): string;
  isChecked(name: string): boolean;
  /** Of the choices that there are; the first one when the form has none of them. */
  choice<const T extends string>(name: string, choices: readonly [T, ...T[]]): T;
  chosen<T extends string>(name: string, choices: readonly T[]): T[];
}

const toFields = (data: FormData): Fields => {
  const all = (name: string) => data.getAll(name).filter((value) => typeof value === 'string');
  return {
    text: (name) => all(name)[0] ?? '',
    isChecked: (name) => data.has(name),
    choice: (name, choices) => choices.find((choice) => all(name).includes(choice)) ?? choices[0],
    chosen: (name, choices) => choices.filter((choice) => all(name).includes(choice)),
  };
};

interface FormProps {
  readonly onSubmit: (fields: Fields) => void;
  readonly submit: string;
  /** What the button says while the server works. */
  readonly busy?: string;
  readonly isBusy: boolean;
  readonly error?: unknown;
  readonly tone?: 'danger';
  readonly isOff?: boolean;
  readonly more?: ReactNode;
  readonly children?: ReactNode;
}

/** The button stays where it is and focusable while the server works; a second press does nothing. */
export const Form = (props: FormProps) => {
  const { onSubmit, submit, busy = 'One moment…', isBusy, error, tone, isOff = false, more, children } = props;
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isBusy && !isOff) onSubmit(toFields(new FormData(event.currentTarget)));
  };
  return (
    <form onSubmit={send} aria-busy={isBusy}>
      {children}
      {error ? <Problem error={error} /> : null}
      <div className="buttons">
        <button type="submit" className={tone ?? 'primary'} aria-disabled={isBusy || isOff}>
          {isBusy ? busy : submit}
        </button>
        {more}
      </div>
    </form>
  );
};
