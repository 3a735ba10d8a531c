import { useId, useRef, useState } from 'react';
import { Icon } from './icon.js';

interface CopyFieldProps {
  readonly label: string;
  readonly text: string;
  readonly isBlock?: boolean;
}

/** Text to take away. Where the browser does not let a page copy, it is marked so that a key copies it. */
export const CopyField = ({ label, text, isBlock = false }: CopyFieldProps) => {
  const id = useId();
  const shown = useRef<HTMLElement>(null);
  const [state, setState] = useState<'idle' | 'copied' | 'marked'>('idle');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      // Without TLS there is no clipboard, and somebody may have forbidden it.
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
      setState('marked');
    }
  };
  const Shown = isBlock ? 'pre' : 'code';
  return (
    <div className={isBlock ? 'copy block' : 'copy'}>
      <span className="label" id={id}>
        {label}
      </span>
      <div>
        <Shown ref={shown as never} tabIndex={0} role="group" aria-labelledby={id}>
          {text}
        </Shown>
        <button type="button" onClick={copy} aria-label={`Copy ${label}`}>
          <Icon name={state === 'copied' ? 'check' : 'copy'} />
          <span>{state === 'copied' ? 'Copied' : 'Copy'}</span>
        </button>
      </div>
      <p className="hint" role="status">
        {state === 'copied' && <span className="only-heard">{label} copied.</span>}
        {state === 'marked' && 'It is marked now: copy it with the keyboard.'}
      </p>
    </div>
  );
};
