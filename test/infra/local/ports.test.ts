import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '#infra/local/ports.ts';

test('a preferred port that nothing listens on is the one to use', async () => {
  const port = await freePort();
  expect(await freePort(port)).toBe(port);
});

test('a busy port is replaced by a free one', async () => {
  const busy = createServer();
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
  const { port } = busy.address() as AddressInfo;
  const other = await freePort(port);
  expect(other).not.toBe(port);
  expect(other).toBeGreaterThan(0);
  await new Promise((resolve) => busy.close(resolve));
});
