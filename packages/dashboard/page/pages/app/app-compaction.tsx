import type { App } from '../../api/wire.js';
import { Facts } from '../../parts/facts.js';
import { CheckField } from '../../parts/field.js';
import { formatDuration } from '../../text/format.js';
import { AppOption } from './app-option.js';
import { DaysField, day, toSeconds } from './days-field.js';

const usual = { keep_seconds: 30 * day, tombstone_seconds: 180 * day };

const Settings = ({ compaction }: Pick<App, 'compaction'>) => {
  const { keep_seconds, tombstone_seconds } = compaction ?? usual;
  return (
    <>
      <div className="pair">
        <DaysField label="Keep everything for, in days" name="keep" least={0} seconds={keep_seconds} />
        <DaysField
          label="Keep deletions for, in days"
          hint="A device that was away for longer starts over."
          name="tombstones"
          least={1}
          seconds={tombstone_seconds}
        />
      </div>
      <CheckField
        label="Every client of this app sends the whole row with each change"
        hint="Of clients that send only what changed, or hide row ids per device, data would be lost for good."
        name="whole"
        required
        defaultChecked={compaction !== null}
      />
    </>
  );
};

/** Of old changes only the last one of each row stays. */
export const AppCompaction = ({ app }: { readonly app: App }) => (
  <AppOption
    app={app}
    title="Compaction"
    about="Of old changes only the last one of each row stays, so that the log does not grow for ever."
    isPossible={app.require_base}
    isOn={app.compaction !== null}
    name="Compact the log"
    settings={<Settings compaction={app.compaction} />}
    toOn={(fields) => ({
      compaction: {
        keep_seconds: toSeconds(fields, 'keep'),
        tombstone_seconds: toSeconds(fields, 'tombstones'),
      },
    })}
    off={{ compaction: null }}
    said={{ on: 'The log is compacted from now on.', off: 'The log is not compacted any more.' }}
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
  </AppOption>
);
