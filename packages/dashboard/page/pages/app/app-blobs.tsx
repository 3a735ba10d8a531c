import type { App } from '../../api/wire.js';
import { CheckField } from '../../parts/field.js';
import { formatDuration } from '../../text/format.js';
import { AppOption } from './app-option.js';
import { DaysField, day, toSeconds } from './days-field.js';

const usualGrace = 7 * day;

const Settings = ({ collect_blobs: collection }: Pick<App, 'collect_blobs'>) => (
  <>
    <DaysField
      label="Keep a blob that nothing names for, in days"
      hint="Choose more than devices are away: a blob whose row is not pushed in time goes too."
      name="grace"
      least={1}
      seconds={collection?.grace_seconds ?? usualGrace}
    />
    <CheckField
      label="Every client of this app names the blobs of each row that it pushes"
      hint="A log with one change that does not say is left alone. Of clients that name only some, files would be lost for good."
      name="named"
      required
      defaultChecked={collection !== null}
    />
  </>
);

const whyNot = (isPossible: boolean): string =>
  isPossible
    ? 'Off: every blob stays.'
    : 'Off. It needs an app that compacts: a log that keeps every change names every blob for ever.';

/** Blobs that no change names any more. */
export const AppBlobs = ({ app }: { readonly app: App }) => (
  <AppOption
    app={app}
    title="Removal of blobs"
    about="Blobs that no change names any more are removed, once a day."
    isPossible={app.compaction !== null}
    isOn={app.collect_blobs !== null}
    name="Remove blobs"
    settings={<Settings collect_blobs={app.collect_blobs} />}
    toOn={(fields) => ({ collect_blobs: { grace_seconds: toSeconds(fields, 'grace') } })}
    off={{ collect_blobs: null }}
    said={{ on: 'Blobs that nothing names are removed from now on.', off: 'No blob is removed any more.' }}
  >
    <p>
      {app.collect_blobs
        ? `On: a blob that nothing names stays for ${formatDuration(app.collect_blobs.grace_seconds)}.`
        : whyNot(app.compaction !== null)}
    </p>
  </AppOption>
);
