import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { vaultWith, type Purpose } from '../../../functions/accounts/vault.ts';

const vault = vaultWith(async () => 'k'.repeat(32));
const purpose: Purpose = { workspaceId: 'wsp_1', subject: 'acc_1', purpose: 'tokens' };

describe('the vault', () => {
  test('opens what it sealed, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect(await vault.open(await vault.seal(text, purpose), purpose)).toBe(text.toWellFormed());
      }),
      { numRuns: 50 },
    );
  });

  test('never seals the same text the same way, and shows nothing of it', async () => {
    const [one, two] = [await vault.seal('a refresh token', purpose), await vault.seal('a refresh token', purpose)];
    expect(one).not.toBe(two);
    expect(Buffer.from(one.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('refresh');
  });

  test.each([
    ['workspace', { ...purpose, workspaceId: 'wsp_2' }],
    ['account', { ...purpose, subject: 'acc_2' }],
    ['purpose', { ...purpose, purpose: 'code_verifier' as const }],
    ['split of workspace and account', { ...purpose, workspaceId: 'wsp_1","acc_1', subject: '' }],
  ])('does not open it for another %s', async (_, other) => {
    const sealed = await vault.seal('a refresh token', purpose);
    await expect(vault.open(sealed, other)).rejects.toThrow();
  });

  test('does not open what was changed, in any of its characters', async () => {
    const sealed = await vault.seal('a refresh token', purpose);
    for (let place = 0; place < sealed.length; place += 1) {
      const other = sealed[place] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, place) + other + sealed.slice(place + 1);
      // The last character of base64url may hold bits that mean nothing.
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

  test('does not open what another key sealed, and says which key it lacks', async () => {
    const sealed = await vaultWith(async () => 'o'.repeat(32)).seal('a refresh token', purpose);
    await expect(vault.open(sealed, purpose)).rejects.toThrow(/no key [0-9a-f]{8}/);
  });

  test.each(['', '1', '1..', '1.00000000.', '2.00000000.AAAA', `1.00000000.${'A'.repeat(8)}`])(
    'refuses the envelope %j',
    async (envelope) => {
      await expect(vault.open(envelope, purpose)).rejects.toThrow();
    },
  );
});
