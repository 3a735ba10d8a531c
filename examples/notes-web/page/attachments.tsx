import type { BlobProgress } from '@synckeep/client';
import { useEffect, useState } from 'preact/hooks';
import { Failure } from './form.js';
import { useTask } from './hooks.js';
import type { Attachment } from './note.js';
import type { Notes } from './open-notes.js';

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

const toSize = (bytes: number): string => {
  const step = Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const format = {
    style: 'unit',
    unit: sizes[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  } as const;
  return new Intl.NumberFormat(undefined, format).format(bytes / 1000 ** step);
};

/** Decrypts a file into the memory of the page. @returns a URL to revoke */
const openFile = async ({ client: { blobs } }: Notes, attachment: Attachment): Promise<string> => {
  const bytes = await new Response(blobs.download(attachment)).arrayBuffer();
  return URL.createObjectURL(new Blob([bytes], { type: attachment.type }));
};

/** Whoever names a file may not choose what the browser does with it: only pictures are shown here. */
const isPicture = ({ type, size }: Attachment): boolean => /^image\/(png|jpeg|gif|webp|avif)$/.test(type) && size < 1e7;

const saveFile = async (notes: Notes, attachment: Attachment): Promise<void> => {
  const url = await openFile(notes, attachment);
  const link = document.createElement('a');
  link.href = url;
  link.download = attachment.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
};

const Picture = ({ notes, attachment }: { readonly notes: Notes; readonly attachment: Attachment }) => {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let opened: string | null = null;
    let isGone = false;
    openFile(notes, attachment).then(
      (made) => {
        opened = made;
        if (isGone) URL.revokeObjectURL(made);
        else setUrl(made);
      },
      // Without a network there is no picture; its name and button are there all the same.
      () => {},
    );
    return () => {
      isGone = true;
      if (opened !== null) URL.revokeObjectURL(opened);
    };
  }, [attachment.hash]);
  return url === null ? null : <img src={url} alt="" />;
};

interface AttachmentsProps {
  readonly notes: Notes;
  readonly attachments: readonly Attachment[];
  readonly onChange: (change: (attachments: readonly Attachment[]) => readonly Attachment[]) => Promise<void>;
}

export const Attachments = ({ notes, attachments, onChange }: AttachmentsProps) => {
  const [progress, setProgress] = useState<BlobProgress | null>(null);
  const { isBusy, failure, run } = useTask();

  const attach = async (file: File): Promise<void> => {
    try {
      const ref = await notes.client.blobs.upload(file, { onProgress: setProgress });
      const added: Attachment = { ...ref, name: file.name, type: file.type };
      await onChange((now) => [...now.filter(({ hash }) => hash !== ref.hash), added]);
    } finally {
      setProgress(null);
    }
  };

  const remove = async ({ hash }: Attachment): Promise<void> => {
    await onChange((now) => now.filter((each) => each.hash !== hash));
    await notes.forgetFiles([hash]);
  };

  return (
    <section class="attachments" aria-label="Attachments">
      <ul>
        {attachments.map((attachment) => (
          <li key={attachment.hash}>
            {isPicture(attachment) && <Picture {...{ notes, attachment }} />}
            <button type="button" class="file" onClick={() => void run(() => saveFile(notes, attachment))}>
              {attachment.name} <small>{toSize(attachment.size)}</small>
            </button>
            <button
              type="button"
              class="quiet"
              aria-label={`Remove ${attachment.name}`}
              onClick={() => void run(() => remove(attachment))}
            >
              ✕
            </button>
          </li>
        ))}
      </ul>
      {progress && (
        <label class="progress">
          Encrypting and uploading
          <progress value={progress.done} max={progress.total} />
        </label>
      )}
      <label class="attach" aria-disabled={isBusy}>
        <input
          type="file"
          disabled={isBusy}
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) void run(() => attach(file));
            currentTarget.value = '';
          }}
        />
        Attach a file
      </label>
      <Failure text={failure} />
    </section>
  );
};
