import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { schemas } from '@synckeep/protocol';
import type { Command } from 'commander';
import { createProgress } from '../moving.js';
import { optionValue } from '../option-value.js';
import { print } from '../print.js';
import { createPublishingClient } from '../publishing/client.js';
import { putFile, readFileFacts } from '../publishing/file.js';
import { type PublishingFlags, publishingCommand, readPlace } from '../publishing/settings.js';
import { codeOf, Refusal } from '../refusal.js';

interface UploadFlags extends PublishingFlags {
  readonly target: (typeof schemas.updateTargets)[number];
  readonly arch: (typeof schemas.updateArchs)[number];
  readonly signature?: string;
}

const choice = <T extends string>(values: readonly T[]) =>
  optionValue((text) => values.find((value) => value === text), values.join(', '));

/** The text of the signature: of the file that is named, or else of the one that build tools put beside the artifact. */
const readSignature = async (path: string, named: string | undefined): Promise<string | undefined> => {
  try {
    return (await readFile(named ?? `${path}.sig`, 'utf8')).trim();
  } catch (cause) {
    if (named === undefined && codeOf(cause) === 'ENOENT') return undefined;
    throw new Refusal(`${named ?? `${path}.sig`} cannot be read (${codeOf(cause)}).`, { cause });
  }
};

const upload = async (version: string, path: string, flags: UploadFlags): Promise<void> => {
  const client = createPublishingClient(readPlace(flags));
  const { target, arch } = flags;
  const signature = await readSignature(path, flags.signature);
  const file = await readFileFacts(path);
  const { id: release_id } = await client.find(version);
  const announced = await client.call(
    'createArtifact',
    { release_id },
    {
      ...{ target, arch, file_size: file.size, sha256: file.sha256, file_name: basename(path), signature },
      checksum_header: true,
    },
  );
  if (!announced.already_exists) {
    const { size } = file;
    const progress = createProgress<number>(
      (sent) => `${basename(path)}: ${sent.toLocaleString('en')} of ${size.toLocaleString('en')} bytes`,
    );
    await putFile(announced.upload_url, announced.upload_headers ?? {}, file, progress);
  }
  const artifact = await client.call('confirmArtifact', { release_id, target, arch });
  const what = announced.already_exists ? 'was there already' : 'was uploaded and verified';
  print(flags, artifact, [`${basename(path)} (${file.size} bytes) ${what}: ${version} for ${target}/${arch}.`]);
};

export const releaseUpload = (): Command =>
  publishingCommand('upload', 'Upload the artifact of one target and arch, and verify it. Safe to repeat.')
    .argument('<version>', 'the version of the release')
    .argument('<file>', 'what installations download')
    .requiredOption('--target <name>', schemas.updateTargets.join(', '), choice(schemas.updateTargets))
    .requiredOption('--arch <name>', schemas.updateArchs.join(', '), choice(schemas.updateArchs))
    .option('--signature <file>', 'its signature; the file with the same name and .sig when it is there')
    .action(upload);
