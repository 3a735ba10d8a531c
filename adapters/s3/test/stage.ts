import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A key as the core makes them: app, user, hash and random digits. */
export const newKey = (hash = hashOf(Buffer.from(randomUUID()))): string =>
  `${randomUUID()}/${randomUUID()}/${hash}-${randomUUID().replaceAll('-', '')}`;

/** The bytes in pieces of an odd length. */
export async function* inPieces(bytes: Uint8Array, length = 70_001): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** A client that reaches nothing, for what needs no server. */
export const newClient = (over: S3ClientConfig = {}): S3Client =>
  new S3Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
    maxAttempts: 1,
    ...over,
  });

/** A client of a server that answers what a test says. It proves nothing about S3. */
export const openFakeServer = async (
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<S3Client> => {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const client = newClient({ endpoint: `http://127.0.0.1:${port}`, forcePathStyle: true });
  onTestFinished(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return client;
};
