import { expect, test } from 'vitest';
import { xLate } from '#functions/accounts/x/late.ts';
import type { XApi } from '#functions/accounts/x/port.ts';

const x: Partial<XApi> = {
  authorizeUrl: async ({ state }) => `https://x.com/?state=${state}`,
  revoke: async (token, kind) => Promise.reject(new Error(`${kind} ${token}`)),
};

test('X is loaded at its first call, once, and answers and fails as itself', async () => {
  let loads = 0;
  const late = xLate(async () => {
    loads += 1;
    return x as XApi;
  });
  expect(loads).toBe(0);
  const asked = { state: 's', codeChallenge: 'c', redirectUri: 'r' };
  expect(await Promise.all([late.authorizeUrl(asked), late.authorizeUrl(asked)])).toEqual([
    'https://x.com/?state=s',
    'https://x.com/?state=s',
  ]);
  await expect(late.revoke('t', 'access_token')).rejects.toThrow('access_token t');
  expect(loads).toBe(1);
});
