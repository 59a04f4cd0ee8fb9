import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SealedFor } from '#functions/users/domain/sealed-for.ts';
import { sessionKeysFrom } from '#functions/users/ports/session-keys.ts';
import { derivedKey } from '#shared/derived-key.ts';

const keys = sessionKeysFrom('a secret of the tests');
const session: SealedFor = { purpose: 'session', subject: 'sub-1', sessionId: 'ses_1' };

describe('the keys of sessions', () => {
  test('open what they sealed, and the sealed form does not contain it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 12 }), async (token) => {
        const sealed = await keys.seal(token, session);
        expect(sealed).not.toContain(token);
        expect(await keys.open(sealed, session)).toBe(token);
      }),
    );
  });

  test.each<[string, SealedFor]>([
    ['another person', { ...session, subject: 'sub-2' }],
    ['another session', { ...session, sessionId: 'ses_2' }],
    ['an enrolment', { purpose: 'totp_enrolment', subject: 'sub-1' }],
  ])("do not open a session's token for %s", async (_, whose) => {
    await expect(keys.open(await keys.seal('a token', session), whose)).rejects.toThrow();
  });

  test('do not open what another secret sealed, nor what was changed', async () => {
    const sealed = await keys.seal('a token', session);
    await expect(sessionKeysFrom('another secret').open(sealed, session)).rejects.toThrow();
    const changed = Buffer.from(sealed, 'base64url');
    changed[14] = (changed[14] ?? 0) ^ 1;
    await expect(keys.open(changed.toString('base64url'), session)).rejects.toThrow();
  });

  test('differ from the keys of every other use of the secret', async () => {
    const uses = ['audit/1', 'sessions/1', 'refresh-tokens/1', 'vault/1'];
    const made = uses.map((use) => derivedKey('a secret of the tests', use).toString('hex'));
    expect(new Set(made).size).toBe(uses.length);
    expect(Buffer.from(await keys.tokenKey()).toString('hex')).toBe(made[2]);
  });
});
