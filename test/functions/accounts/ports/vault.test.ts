import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyVersionOf } from '#functions/accounts/domain/sealed.ts';
import { type Purpose, vaultWith } from '#functions/accounts/ports/vault.ts';

const keys =
  (vaultKey: string, ...previousVaultKeys: string[]) =>
  async () => ({ vaultKey, previousVaultKeys });
const [first, second, third] = ['k', 'l', 'm'].map((letter) => letter.repeat(32)) as [string, string, string];
const vault = vaultWith(keys(first));
const purpose: Purpose = { workspaceId: 'wsp_1', subject: 'acc_1', purpose: 'tokens' };

describe('a new key of the vault', () => {
  const rotated = vaultWith(keys(second, first));

  test('seals from now on, while the previous key still opens what it sealed', async () => {
    const old = await vault.seal('a refresh token', purpose);
    const fresh = await rotated.seal('another one', purpose);
    expect(keyVersionOf(fresh)).not.toBe(keyVersionOf(old));
    expect(await rotated.open(old, purpose)).toBe('a refresh token');
    expect(await rotated.open(fresh, purpose)).toBe('another one');
    expect(await rotated.olderVersions()).toEqual([keyVersionOf(old)]);
    expect(await vault.olderVersions()).toEqual([]);
  });

  test('is fetched again when an envelope names an unknown key', async () => {
    const asked: unknown[] = [];
    const behind = vaultWith(async (how) => {
      asked.push(how);
      return how ? { vaultKey: second, previousVaultKeys: [first] } : { vaultKey: first, previousVaultKeys: [] };
    });
    expect(await behind.open(await rotated.seal('a refresh token', purpose), purpose)).toBe('a refresh token');
    expect(asked).toEqual([undefined, { anew: true }]);
  });

  test('does not open what a removed key sealed; the error names the key version and shows no key', async () => {
    const sealed = await vaultWith(keys(third)).seal('a refresh token', purpose);
    const refused: unknown = await rotated.open(sealed, purpose).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'vault_key_missing' });
    expect(String(refused)).toContain(keyVersionOf(sealed));
    for (const key of [first, second, third]) expect(inspect(refused, { depth: 9 })).not.toContain(key);
  });

  test('is not listed as an older key, and each older key is listed once', async () => {
    expect(await vaultWith(keys(second, first, first, second)).olderVersions()).toHaveLength(1);
  });
});

describe('the vault', () => {
  test('opens envelopes that are already stored', async () => {
    const sealed = '1.4cd331ab.e8F4lxTl26E2IBZIkn3GJQH3xuK5zbIAlxHkgcbsXLID4no';
    expect(await vaultWith(keys('k'.repeat(64))).open(sealed, purpose)).toBe('a token');
  });

  test('opens any text that it sealed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect(await vault.open(await vault.seal(text, purpose), purpose)).toBe(text.toWellFormed());
      }),
      { numRuns: 50 },
    );
  });

  test('seals the same text differently each time and shows nothing of it', async () => {
    const [one, two] = [await vault.seal('a refresh token', purpose), await vault.seal('a refresh token', purpose)];
    expect(one).not.toBe(two);
    expect(Buffer.from(one.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('refresh');
  });

  test.each([
    ['workspace', { ...purpose, workspaceId: 'wsp_2' }],
    ['account', { ...purpose, subject: 'acc_2' }],
    ['purpose', { ...purpose, purpose: 'code_verifier' as const }],
    ['split of workspace and account', { ...purpose, workspaceId: 'wsp_1","acc_1', subject: '' }],
  ])('refuses to open an envelope for another %s', async (_, other) => {
    const sealed = await vault.seal('a refresh token', purpose);
    await expect(vault.open(sealed, other)).rejects.toThrow();
  });

  test('refuses to open an envelope in which any character was changed', async () => {
    const sealed = await vault.seal('a refresh token', purpose);
    for (let place = 0; place < sealed.length; place += 1) {
      const other = sealed[place] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, place) + other + sealed.slice(place + 1);
      // The last character of base64url may hold unused bits.
      if (
        Buffer.from(changed.split('.')[2] ?? '', 'base64url').equals(
          Buffer.from(sealed.split('.')[2] ?? '', 'base64url'),
        )
      ) {
        if (changed.split('.').slice(0, 2).join() === sealed.split('.').slice(0, 2).join()) continue;
      }
      await expect(vault.open(changed, purpose)).rejects.toThrow();
    }
  });

  test('refuses to open what an unknown key sealed, and names the missing key', async () => {
    const sealed = await vaultWith(keys('o'.repeat(32))).seal('a refresh token', purpose);
    await expect(vault.open(sealed, purpose)).rejects.toThrow(/key [0-9a-f]{8} of the tokens is missing/);
  });

  test.each(['', '1', '1..', '1.00000000.', '2.00000000.AAAA', `1.00000000.${'A'.repeat(8)}`])(
    'refuses the malformed envelope %j',
    async (envelope) => {
      await expect(vault.open(envelope, purpose)).rejects.toThrow();
    },
  );
});
