import {
  GetObjectCommand,
  type GetObjectCommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  UploadPartCommand,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';

/**
 * Unless its client is told `WHEN_REQUIRED`, the SDK adds a CRC to these commands on its own: in a signed URL it is the
 * CRC of no bytes at all, and some servers refuse its header. They are made here without it, so that the settings of the
 * host's client do not matter. A SHA-256 that a command names stays. What is read is compared elsewhere, by SHA-256.
 */
const added = /^x-amz-(?:checksum-crc\w+|checksum-mode|sdk-checksum-algorithm)$/i;

const hasHeaders = (value: unknown): value is { readonly headers: Record<string, unknown> } =>
  typeof value === 'object' && value !== null && 'headers' in value && typeof value.headers === 'object';

const dropAdded =
  <V extends { readonly request?: unknown }, R>(next: (values: V) => R) =>
  (values: V): R => {
    if (hasHeaders(values.request)) {
      const { headers } = values.request;
      for (const name of Object.keys(headers)) if (added.test(name)) delete headers[name];
    }
    return next(values);
  };

/** After the step that adds them, before the one that signs. */
const place = { step: 'build', priority: 'low', name: 'synckeepDropAdded' } as const;

export const putObject = (input: PutObjectCommandInput): PutObjectCommand => {
  const command = new PutObjectCommand(input);
  command.middlewareStack.add(dropAdded, place);
  return command;
};

export const getObject = (input: GetObjectCommandInput): GetObjectCommand => {
  const command = new GetObjectCommand(input);
  command.middlewareStack.add(dropAdded, place);
  command.middlewareStack.add(
    (next) => (values) => {
      values.input.ChecksumMode = undefined;
      return next(values);
    },
    { ...place, name: 'synckeepReadUnchecked' },
  );
  return command;
};

export const uploadPart = (input: UploadPartCommandInput): UploadPartCommand => {
  const command = new UploadPartCommand(input);
  command.middlewareStack.add(dropAdded, place);
  return command;
};
