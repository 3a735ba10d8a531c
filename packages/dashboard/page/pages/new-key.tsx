import { useEffect, useRef } from 'react';
import { serverUrl } from '../api/place.js';
import { CopyField } from '../parts/copy-field.js';
import { toCurlExample } from '../text/curl-example.js';

interface NewKeyProps {
  readonly name: string;
  readonly apiKey: string;
  readonly onDone: () => void;
}

/** An API key, this once: the server keeps nothing from which it could be shown again. */
export const NewKey = ({ name, apiKey, onDone }: NewKeyProps) => {
  const first = useRef<HTMLParagraphElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <div className="new-key">
      <p ref={first} tabIndex={-1}>
        This is the API key of <strong>{name}</strong>. <strong>It is shown this once</strong>: copy it to where your
        client takes it from. If you lose it, rotate the key.
      </p>
      <CopyField label="API key" text={apiKey} />
      <CopyField label="Try it: log a user in" text={toCurlExample(serverUrl(), apiKey)} isBlock />
      <div className="buttons">
        <button type="button" className="primary" onClick={onDone}>
          I have stored the key
        </button>
      </div>
    </div>
  );
};
