import { useDeed } from '../../api/use-api.js';
import type { App } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Dialog } from '../../parts/dialog.js';
import { Facts } from '../../parts/facts.js';
import { CheckField, TextField } from '../../parts/field.js';
import { Form } from '../../parts/form.js';
import { Problem } from '../../parts/problem.js';
import { Section } from '../../parts/section.js';
import { formatDuration } from '../../text/format.js';

const day = 86_400;
const usual = { keep_seconds: 30 * day, tombstone_seconds: 180 * day };

const Settings = ({ app, onDone }: { readonly app: App; readonly onDone: () => void }) => {
  const update = useDeed('updateApp');
  const announce = useAnnounce();
  const { keep_seconds, tombstone_seconds } = app.compaction ?? usual;
  return (
    <Form
      submit="Save"
      isBusy={update.isPending}
      error={update.error}
      onSubmit={(fields) => {
        const compaction = {
          keep_seconds: Math.round(Number(fields.text('keep')) * day),
          tombstone_seconds: Math.round(Number(fields.text('tombstones')) * day),
        };
        update.mutate(
          { params: { app_id: app.app_id }, body: { compaction } },
          {
            onSuccess: () => {
              onDone();
              announce('The log is compacted from now on.');
            },
          },
        );
      }}
    >
      <div className="pair">
        <TextField
          label="Keep everything for, in days"
          name="keep"
          type="number"
          min={0}
          max={3650}
          step="any"
          required
          defaultValue={keep_seconds / day}
        />
        <TextField
          label="Keep deletions for, in days"
          hint="A device that was away for longer starts over."
          name="tombstones"
          type="number"
          min={1}
          max={3650}
          step="any"
          required
          defaultValue={tombstone_seconds / day}
        />
      </div>
      <CheckField
        label="Every client of this app sends the whole row with each change"
        hint="Of clients that send only what changed, or hide row ids per device, data would be lost for good."
        name="whole"
        required
        defaultChecked={app.compaction !== null}
      />
    </Form>
  );
};

/** Of old changes only the last one of each row stays. */
export const AppCompaction = ({ app }: { readonly app: App }) => {
  const update = useDeed('updateApp');
  const announce = useAnnounce();
  const turnOff = () =>
    update.mutate(
      { params: { app_id: app.app_id }, body: { compaction: null } },
      { onSuccess: () => announce('The log is not compacted any more.') },
    );
  return (
    <Section
      title="Compaction"
      about="Of old changes only the last one of each row stays, so that the log does not grow for ever."
      actions={
        app.require_base && (
          <>
            <Dialog title="Compact the log" label={app.compaction ? 'Change' : 'Turn on'}>
              {(close) => <Settings app={app} onDone={close} />}
            </Dialog>
            {app.compaction && (
              <button type="button" aria-disabled={update.isPending} onClick={turnOff}>
                Turn off
              </button>
            )}
          </>
        )
      }
    >
      {app.compaction ? (
        <Facts
          facts={[
            ['Everything stays for', formatDuration(app.compaction.keep_seconds)],
            ['Deletions stay for', formatDuration(app.compaction.tombstone_seconds)],
          ]}
        />
      ) : (
        <p>
          {app.require_base ? 'Off: every change stays.' : 'Off. It needs an app that requires a base on every push.'}
        </p>
      )}
      {update.error ? <Problem error={update.error} /> : null}
    </Section>
  );
};
