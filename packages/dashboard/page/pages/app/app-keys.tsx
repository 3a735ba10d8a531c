import { useDeed } from '../../api/use-api.js';
import type { App } from '../../api/wire.js';
import { Dialog } from '../../parts/dialog.js';
import { Badge } from '../../parts/facts.js';
import { SelectField } from '../../parts/field.js';
import { Form } from '../../parts/form.js';
import { Section } from '../../parts/section.js';
import { formatTime } from '../../text/format.js';
import { NewKey } from '../new-key.js';

const overlaps: readonly (readonly [seconds: number, name: string])[] = [
  [0, 'Not at all: old clients are refused at once'],
  [3600, '1 hour'],
  [86_400, '1 day'],
  [7 * 86_400, '7 days'],
  [30 * 86_400, '30 days'],
];

const RotateKey = ({ app }: { readonly app: App }) => {
  const rotate = useDeed('rotateAppKey');
  const made = rotate.data;
  return (
    <Dialog
      title={made ? 'The new key' : 'Rotate the key'}
      label="Rotate the key"
      isSticky={Boolean(made)}
      onClosed={rotate.reset}
      {...(!made && {
        about:
          'The app gets a new API key. The old one, and every login that was made with it, ends: at once, or after the time that you give your users to update.',
      })}
    >
      {(close) =>
        made ? (
          <NewKey apiKey={made.api_key} name={made.app.name} onDone={close} />
        ) : (
          <Form
            submit="Make a new key"
            busy="Making it…"
            isBusy={rotate.isPending}
            error={rotate.error}
            onSubmit={(fields) =>
              rotate.mutate({
                params: { app_id: app.app_id },
                body: { overlap_seconds: Number(fields.text('overlap')) },
              })
            }
          >
            <SelectField label="The old key goes on working for" name="overlap" defaultValue="0">
              {overlaps.map(([seconds, name]) => (
                <option key={seconds} value={seconds}>
                  {name}
                </option>
              ))}
            </SelectField>
          </Form>
        )
      }
    </Dialog>
  );
};

/** The keys by their first characters: the rest is kept nowhere. */
export const AppKeys = ({ app }: { readonly app: App }) => (
  <Section
    title="API key"
    about="What your client names itself with. A key is shown once, when it is made."
    actions={<RotateKey app={app} />}
  >
    <ul className="rows" aria-label="API keys">
      {app.keys.map(({ prefix, generation, valid_until }) => (
        <li key={generation}>
          <div>
            <code>{prefix}…</code>
            <p className="hint">Key {generation}</p>
          </div>
          <p className="badges">
            {valid_until === null ? (
              <Badge tone="good">In use</Badge>
            ) : (
              <Badge tone="warn">
                {Date.parse(valid_until) > Date.now() ? 'Works until' : 'Ended'} {formatTime(valid_until)}
              </Badge>
            )}
          </p>
        </li>
      ))}
    </ul>
  </Section>
);
