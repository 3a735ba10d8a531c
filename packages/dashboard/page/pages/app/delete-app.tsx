import { useLocation } from 'wouter';
import { useErasing } from '../../api/use-erasing.js';
import type { App } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Confirm } from '../../parts/confirm.js';
import { Section } from '../../parts/section.js';
import { toBusy } from '../../text/to-busy.js';

export const DeleteApp = ({ app }: { readonly app: App }) => {
  const erase = useErasing('eraseApp');
  const announce = useAnnounce();
  const [, go] = useLocation();
  return (
    <Section title="Delete the app" tone="danger" about="With everything that its users stored in it, for good.">
      <Confirm
        label="Delete this app"
        title={`Delete ${app.name}?`}
        about="Every change, every blob and every device of every user in this app is erased. Clients are refused at once. There is no way back but a backup."
        phrase={app.name}
        submit="Delete everything"
        busy={toBusy('Deleting', erase.seconds)}
        deed={{
          ...erase,
          run: (done) =>
            erase.mutate(
              { params: { app_id: app.app_id }, body: { confirm: app.name } },
              {
                onSuccess: () => {
                  done();
                  go('/apps');
                  announce(`${app.name} is deleted.`);
                },
              },
            ),
        }}
      />
    </Section>
  );
};
