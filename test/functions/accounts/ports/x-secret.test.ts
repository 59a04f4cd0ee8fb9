import { describe, expect, test } from 'vitest';
import { xSecret } from '#functions/accounts/ports/x-secret.ts';

const good = { clientId: 'id', clientSecret: 'secret', vaultKey: 'k'.repeat(32) };

describe('the secret of the X app', () => {
  test('is cached for five minutes', async () => {
    let now = Date.UTC(2026, 10, 22);
    let reads = 0;
    const read = xSecret(
      async () => {
        reads += 1;
        return JSON.stringify({ ...good, clientId: `id-${reads}` });
      },
      () => new Date(now),
    );
    await read();
    now += 299_000;
    expect(await read()).toMatchObject({ clientId: 'id-1' });
    now += 1_000;
    expect(await read()).toMatchObject({ clientId: 'id-2' });
    expect(reads).toBe(2);
  });

  test('is read again for a caller that knows of a newer one, and cached from then on', async () => {
    let now = Date.UTC(2026, 10, 22);
    let reads = 0;
    const read = xSecret(
      async () => {
        reads += 1;
        return JSON.stringify(good);
      },
      () => new Date(now),
    );
    await read();
    now += 299_000;
    await read({ anew: true });
    expect(reads).toBe(2);
    now += 299_000;
    await read();
    expect(reads).toBe(2);
  });

  test.each([
    ['nothing', '', 'the JSON object'],
    ['no JSON', 'hunter2', 'the JSON object'],
    ['a missing key', JSON.stringify({ ...good, vaultKey: undefined }), 'vaultKey'],
    ['a short key', JSON.stringify({ ...good, vaultKey: 'hunter2' }), 'vaultKey'],
    ['a short older key', JSON.stringify({ ...good, previousVaultKeys: ['hunter2'] }), 'previousVaultKeys.0'],
    ['an empty client id', JSON.stringify({ ...good, clientId: '' }), 'clientId'],
  ])('with %s raises an error that names the fault and shows no secret', async (_, text, name) => {
    const read = xSecret(
      async () => text,
      () => new Date(),
    );
    const failed = await read().catch((error: unknown) => error);
    expect(String(failed)).toContain(name);
    expect(String(failed)).not.toContain('hunter2');
  });

  test('is read again after an error', async () => {
    const texts = ['', JSON.stringify(good)];
    const read = xSecret(
      async () => texts.shift() ?? '',
      () => new Date(),
    );
    await expect(read()).rejects.toThrow('malformed');
    expect(await read()).toEqual({ ...good, previousVaultKeys: [] });
  });
});
