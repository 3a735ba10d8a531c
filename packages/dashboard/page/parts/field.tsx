import { type ComponentProps, type ReactNode, useId } from 'react';

interface Around {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** What is wrong with what was entered. */
  readonly error?: string | undefined;
}

const useDescription = ({ hint, error }: Pick<Around, 'hint' | 'error'>) => {
  const id = useId();
  const ids = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return { id, attributes: { id, ...(ids && { 'aria-describedby': ids }), ...(error && { 'aria-invalid': true }) } };
};

const Frame = ({
  id,
  label,
  hint,
  error,
  children,
}: Around & { readonly id: string; readonly children: ReactNode }) => (
  <div className="field">
    <label htmlFor={id}>{label}</label>
    {children}
    {hint && (
      <p className="hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
    {error && (
      <p className="error" id={`${id}-error`} role="alert">
        {error}
      </p>
    )}
  </div>
);

export const TextField = ({ label, hint, error, ...input }: Around & ComponentProps<'input'>) => {
  const { id, attributes } = useDescription({ hint, error });
  return (
    <Frame {...{ id, label, hint, error }}>
      <input type="text" autoComplete="off" {...input} {...attributes} />
    </Frame>
  );
};

export const TextArea = ({ label, hint, error, ...input }: Around & ComponentProps<'textarea'>) => {
  const { id, attributes } = useDescription({ hint, error });
  return (
    <Frame {...{ id, label, hint, error }}>
      <textarea rows={3} spellCheck={false} {...input} {...attributes} />
    </Frame>
  );
};

export const SelectField = ({ label, hint, error, children, ...input }: Around & ComponentProps<'select'>) => {
  const { id, attributes } = useDescription({ hint, error });
  return (
    <Frame {...{ id, label, hint, error }}>
      <select {...input} {...attributes}>
        {children}
      </select>
    </Frame>
  );
};

export const CheckField = ({ label, hint, ...input }: Around & ComponentProps<'input'>) => {
  const { id, attributes } = useDescription({ hint });
  return (
    <div className="check">
      <input type="checkbox" {...input} {...attributes} />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p className="hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
};
