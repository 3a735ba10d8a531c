import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, join, logIn, subscribe } from './api.js';
import { makeAccount, openProgram, type Program, password } from './program.js';

let program: Program;
beforeAll(async () => {
  program = await openProgram();
});
afterAll(() => program.close());

it('writes no password, token, API key, ticket, signature, secret or data, even at level trace', async () => {
  const folder = program.makeFolder();
  const account = await makeAccount(program, folder, 'canary');
  const server = await program.serve(folder, ['--log-level', 'trace']);
  const device = await join(server, account, 'laptop');
  const { token } = device;
  const secrets = [password, 'wrong-canary-password', token, account.apiKey];

  const data = `canary-data-${randomUUID()}`;
  await device.push(data);
  await call(server, 'POST', '/push', { token, body: { device_id: device.deviceId, changes: [{ table: '!', data }] } });
  await call(server, 'POST', '/push', { token, body: { device_id: 'not mine', changes: [], data } });
  await call(server, 'PUT', '/keys', { token, body: { encrypted_key: 'canary-envelope' } });
  await logIn(server, account, 'wrong-canary-password');
  await call(server, 'GET', '/status', { token: `${token}x` });
  await call(server, 'GET', '/status', { token: 'canary-garbage' });
  secrets.push(data, 'canary-garbage', 'canary-envelope');

  const { body: ticket } = await call(server, 'POST', '/subscribe/ticket', { token });
  await (await subscribe(server, token)).until('retry:');
  await fetch(`${server.url}/api/sync/subscribe?ticket=${ticket.ticket}&cursor=%21`);
  await fetch(`${server.url}/api/sync/subscribe?ticket=${ticket.ticket}`);
  secrets.push(ticket.ticket);

  const bytes = Buffer.from('canary-blob-bytes');
  const hash = createHash('sha256').update(bytes).digest('hex');
  const { body: upload } = await call(server, 'POST', '/blobs/upload', {
    token,
    body: { hash, size_bytes: bytes.length },
  });
  const signature = new URL(upload.upload_url).searchParams.get('signature') ?? '';
  await fetch(upload.upload_url, { method: 'PUT', body: 'canary-blob-other' });
  await fetch(upload.upload_url, { method: 'PUT', body: bytes });
  await fetch(`${upload.upload_url}0`, { method: 'PUT', body: bytes });
  secrets.push(signature, 'canary-blob');

  server.signal('SIGTERM');
  const { stdout, stderr } = await server.finished;
  // The log is at work: it says that requests were refused.
  expect(stderr).toContain('"code":"invalid_credentials"');
  expect(stderr).toContain('requestId');
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(8);
    expect(stdout + stderr).not.toContain(secret);
  }
  const [, hex = ''] = readFileSync(`${folder}/secret`, 'utf8').trim().split(' ');
  expect(hex).toMatch(/^[0-9a-f]{64}$/);
  expect(stderr).not.toContain(hex);
});
