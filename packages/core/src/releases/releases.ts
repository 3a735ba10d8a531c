import { limits, SyncError } from '@synckeep/protocol';
import type { Audit } from '../administration/audit.js';
import type { Clock, RecordPut, Records, RecordWrite } from '../ports/index.js';
import { createCollection, type Found } from '../records/collection.js';
import { findAll } from './find-all.js';
import type { ReleaseEditor } from './publishers.js';
import { type Release, releaseKind } from './release.js';

export interface ReleasesDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly audit: Audit;
  /** Told of each change of what installations may be offered. */
  readonly onChange: () => void;
}

/** What the audit log says of a change: `release.` and the verb, and where it came from. */
export interface Deed {
  readonly verb: 'create' | 'update' | 'publish' | 'withdraw' | 'delete';
  readonly address: string;
}

/** The releases of the app that somebody may edit; those of other apps are not there. */
export const createReleases = ({ records, clock, audit, onChange }: ReleasesDeps) => {
  const releases = createCollection(records, clock, releaseKind);

  const find = async ({ app }: ReleaseEditor, id: string): Promise<Found<Release>> => {
    const found = await releases.get(id);
    if (found?.value.appId !== app.id) throw new SyncError('release_not_found');
    return found;
  };

  const toEntry = ({ actor }: ReleaseEditor, { id, appId, version }: Release, { verb, address }: Deed): RecordPut =>
    audit.entry({
      ...{ actor, address, action: `release.${verb}`, appId },
      ...{ subject: { kind: 'release', id }, details: { version } },
    });

  /** @returns false when the release is no more as it was, or its version taken. @throws SyncError `invalid_token` when the app is gone */
  const write = async ({ guards }: ReleaseEditor, ...writes: readonly RecordWrite[]): Promise<boolean> => {
    const checks = guards.map((guard) => ({ ...guard, write: 'check' as const }));
    const result = await records.transact([...checks, ...writes], clock.now());
    if (!result.done && result.failed < checks.length) throw new SyncError('invalid_token');
    if (result.done) onChange();
    return result.done;
  };

  return {
    /** Newest first by the time when they were begun. */
    async list({ app }: ReleaseEditor): Promise<readonly Release[]> {
      const found = await findAll(releases, 'app', app.id);
      return found.map(({ value }) => value).sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    },

    /** @throws SyncError `release_not_found` */
    get: async (editor: ReleaseEditor, id: string): Promise<Release> => (await find(editor, id)).value,

    /** @throws SyncError `version_exists`, `too_many_releases`; `invalid_token` when the app is gone */
    async create(editor: ReleaseEditor, release: Release, address: string): Promise<void> {
      const present = await findAll(releases, 'app', editor.app.id);
      if (present.length >= limits.releasesPerApp) throw new SyncError('too_many_releases');
      const put = releases.put(release.id, release, { condition: 'absent' });
      const entry = toEntry(editor, release, { verb: 'create', address });
      if (!(await write(editor, put, entry))) throw new SyncError('version_exists');
    },

    /**
     * Writes what `change` makes of the release as it is; somebody else's write in between is seen and built upon. What
     * changes nothing is not written.
     * @throws SyncError `release_not_found`, and what `change` throws
     */
    async revise(
      editor: ReleaseEditor,
      id: string,
      change: (release: Release) => Release,
      deed?: Deed,
    ): Promise<Release> {
      for (;;) {
        const { value, version } = await find(editor, id);
        const release = change(value);
        if (JSON.stringify(release) === JSON.stringify(value)) return value;
        const put = releases.put(id, release, { condition: version });
        if (await write(editor, put, ...(deed ? [toEntry(editor, release, deed)] : []))) return release;
      }
    },

    /** @returns what it was. @throws SyncError `release_not_found` */
    async remove(editor: ReleaseEditor, id: string, address: string): Promise<Release> {
      for (;;) {
        const { value, version } = await find(editor, id);
        const entry = toEntry(editor, value, { verb: 'delete', address });
        if (await write(editor, releases.delete(id, version), entry)) return value;
      }
    },
  };
};

export type Releases = ReturnType<typeof createReleases>;
