import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '#infra/local/ports.ts';

test('freePort returns the preferred port when it is free', async () => {
  const port = await freePort();
  expect(await freePort(port)).toBe(port);
});

test('freePort returns another port when the preferred one is busy', async () => {
  const busy = createServer();
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
  const { port } = busy.address() as AddressInfo;
  const other = await freePort(port);
  expect(other).not.toBe(port);
  expect(other).toBeGreaterThan(0);
  await new Promise((resolve) => busy.close(resolve));
});
