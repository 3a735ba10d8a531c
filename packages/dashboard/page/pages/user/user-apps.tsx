import { useState } from 'react';
import { useAnswer, useDeed, useList } from '../../api/use-api.js';
import type { Device, ScopeUse } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Confirm } from '../../parts/confirm.js';
import { AppName } from '../../parts/names.js';
import { Problem } from '../../parts/problem.js';
import { Loading, Rows } from '../../parts/rows.js';
import { ScopeFacts } from '../../parts/scope-facts.js';
import { Section } from '../../parts/section.js';
import { Ago } from '../../parts/time.js';

const RemoveDevice = ({ device }: { readonly device: Device }) => {
  const remove = useDeed('removeUserDevice');
  const announce = useAnnounce();
  const { app_id, user_id, id: device_id, device_name } = device;
  return (
    <Confirm
      label="Remove"
      look="quiet"
      title={`Remove ${device_name}?`}
      about="The device is logged out and has to register again. What it pushed stays."
      submit="Remove the device"
      deed={{
        ...remove,
        run: (close) =>
          remove.mutate(
            { params: { app_id, user_id, device_id } },
            {
              onSuccess: () => {
                close();
                announce(`${device_name} is removed.`);
              },
            },
          ),
      }}
    />
  );
};

const Devices = ({ scope }: { readonly scope: ScopeUse }) => {
  const { app_id, user_id } = scope;
  const { data, error, refetch } = useAnswer('listUserDevices', { query: { app_id, user_id } });
  if (!data) return error ? <Problem error={error} onRetry={() => refetch()} /> : <Loading />;
  if (data.devices.length === 0) return <p className="hint">No device is registered.</p>;
  return (
    <ul className="rows inner" aria-label="Devices">
      {data.devices.map((device) => (
        <li key={device.id}>
          <div>
            <span className="name">{device.device_name}</span>
            <p className="hint">
              {device.platform}, last seen <Ago at={device.last_seen_at} />
            </p>
          </div>
          <RemoveDevice device={device} />
        </li>
      ))}
    </ul>
  );
};

const AppOfUser = ({ scope }: { readonly scope: ScopeUse }) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="stack">
      <div className="split">
        <AppName id={scope.app_id} />
        <ScopeFacts scope={scope} />
      </div>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Devices</summary>
        {isOpen && <Devices scope={scope} />}
      </details>
    </div>
  );
};

/** What the user has in each app, with the devices. */
export const UserApps = ({ userId }: { readonly userId: string }) => {
  const scopes = useList('listUserApps', { params: { user_id: userId } });
  return (
    <Section title="Apps and devices">
      <Rows
        label="Apps of this user"
        list={scopes}
        rows={(page) => page.scopes}
        id={(scope) => scope.app_id}
        empty={<p>The user has not synced anything yet. An app appears here with the first device that logs in.</p>}
      >
        {(scope) => <AppOfUser scope={scope} />}
      </Rows>
    </Section>
  );
};
