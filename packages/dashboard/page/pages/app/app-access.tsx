import { useDeed } from '../../api/use-api.js';
import type { App } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { SelectField, TextArea } from '../../parts/field.js';
import { Form } from '../../parts/form.js';
import { Section } from '../../parts/section.js';
import { toLines } from '../../text/lines.js';

/** From where an app may be used, and who may make an account for it. */
export const AppAccess = ({ app }: { readonly app: App }) => {
  const update = useDeed('updateApp');
  const announce = useAnnounce();
  return (
    <Section title="Access">
      <Form
        submit="Save access"
        busy="Saving…"
        isBusy={update.isPending}
        error={update.error}
        onSubmit={(fields) =>
          update.mutate(
            {
              params: { app_id: app.app_id },
              body: {
                registration: fields.choice('registration', ['closed', 'invite', 'open']),
                origins: toLines(fields.text('origins')),
                redirects: toLines(fields.text('redirects')),
              },
            },
            { onSuccess: () => announce('Access is saved.') },
          )
        }
      >
        <SelectField label="Registration" name="registration" defaultValue={app.registration}>
          <option value="closed">Closed: you create users</option>
          <option value="invite">By invitation</option>
          <option value="open">Open: anybody may register</option>
        </SelectField>
        <TextArea
          label="Web origins"
          hint="One a line, such as https://notes.example.org. Only needed for apps that run in a browser."
          name="origins"
          defaultValue={app.origins.join('\n')}
        />
        <TextArea
          label="Redirects"
          hint="One a line: where the sign-in in the browser may lead back to."
          name="redirects"
          defaultValue={app.redirects.join('\n')}
        />
      </Form>
    </Section>
  );
};
