import { useLocation } from 'wouter';
import { useErasing } from '../../api/use-erasing.js';
import type { User } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Confirm } from '../../parts/confirm.js';
import { Section } from '../../parts/section.js';
import { toBusy } from '../../text/to-busy.js';

export const EraseUser = ({ user }: { readonly user: User }) => {
  const erase = useErasing('eraseUser');
  const announce = useAnnounce();
  const [, go] = useLocation();
  return (
    <Section title="Erase the user" tone="danger" about="With everything that the user stored in every app, for good.">
      <Confirm
        label="Erase this user"
        title={`Erase ${user.email}?`}
        about="The account, its sessions, memberships, devices, changes and blobs in every app are erased. There is no way back but a backup."
        phrase={user.email}
        submit="Erase everything"
        busy={toBusy('Erasing', erase.seconds)}
        deed={{
          ...erase,
          run: (done) =>
            erase.mutate(
              { params: { user_id: user.user_id }, body: { confirm: user.email } },
              {
                onSuccess: () => {
                  done();
                  go('/users');
                  announce(`${user.email} is erased.`);
                },
              },
            ),
        }}
      />
    </Section>
  );
};
