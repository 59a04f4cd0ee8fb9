import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areItsCodes, codeDigest, codeOf } from '../../../functions/users/domain/email-change.ts';
import { guessable } from '../../../functions/users/domain/guessable.ts';
import { otpauthUri } from '../../../functions/users/domain/otpauth.ts';
import {
  beginSession,
  digestOf,
  end,
  formatRefreshToken,
  graceMs,
  judge,
  parseRefreshToken,
  rotate,
  type RefreshToken,
  type Session,
} from '../../../functions/users/domain/session.ts';
import { waitAfter } from '../../../functions/users/domain/tries.ts';
import { firstVersion } from '../../../shared/dynamo.ts';
import { newId } from '../../../shared/ids.ts';
import { owner } from '../../support/http-event.ts';
import { personAuthor } from '../../../functions/users/domain/person.ts';

const start = new Date('2026-11-22T09:00:00.000Z');
const after = (milliseconds: number): Date => new Date(start.getTime() + milliseconds);
const nonce = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64url'));
const provided = fc.stringMatching(/^[\w-]{1,40}(\.[\w-]{1,40}){0,4}$/);
const given: fc.Arbitrary<RefreshToken> = fc.record({
  sessionId: fc.constant(newId('ses', start)),
  subject: fc.uuid(),
  nonce,
  providerToken: provided,
});

const sessionOf = (token: RefreshToken): Session => {
  const { workspaceId, personId } = owner;
  const facts = { workspaceId, personId, signInId: null, device: 'test', network: '192.0.2.0/24', ttl: 0 };
  return firstVersion(beginSession(token, facts, start), start, personAuthor(personId, 'request-1'));
};

describe('a refresh token', () => {
  test('is read as it was written, and nothing else is one', () => {
    fc.assert(
      fc.property(given, (token) => {
        expect(parseRefreshToken(formatRefreshToken(token))).toEqual(token);
      }),
    );
    for (const other of ['', 'e30.e30.e30', 'ses_1.x.y.z', '....', newId('ses', start)]) {
      expect(parseRefreshToken(other)).toBeUndefined();
    }
  });

  test('counts once: each rotation spends it, and only the last is given again for thirty seconds', () => {
    fc.assert(
      fc.property(given, fc.array(nonce, { minLength: 1, maxLength: 5 }), (token, salts) => {
        let session = sessionOf(token);
        const nonces = [token.nonce];
        for (const salt of salts) {
          const presented = { ...token, nonce: nonces.at(-1) ?? '' };
          expect(judge(session, presented, start)).toEqual({ kind: 'current' });
          const rotated = rotate(session, presented.nonce, salt, start);
          session = rotated.session;
          nonces.push(rotated.nonce);
        }
        expect(new Set(nonces).size).toBe(nonces.length);
        const [last, ...spent] = nonces.reverse();
        const verdictOn = (which: string | undefined, at: Date) => judge(session, { ...token, nonce: which ?? '' }, at);
        expect(verdictOn(last, after(graceMs))).toEqual({ kind: 'current' });
        expect(verdictOn(spent[0], after(graceMs - 1))).toEqual({ kind: 'repeated', nonce: last });
        expect(verdictOn(spent[0], after(graceMs))).toEqual({ kind: 'reused' });
        for (const old of spent.slice(1)) expect(verdictOn(old, start)).toEqual({ kind: 'reused' });
      }),
    );
  });

  test('put together from two is refused, and ends nobody’s session', () => {
    fc.assert(
      fc.property(given, provided, nonce, (token, other, guess) => {
        fc.pre(other !== token.providerToken);
        const session = sessionOf(token);
        for (const which of [token.nonce, guess]) {
          expect(judge(session, { ...token, nonce: which, providerToken: other }, start)).toEqual({ kind: 'refused' });
        }
      }),
    );
  });

  test('of a session that has ended is known as that, and the session stays as it ended', () => {
    fc.assert(
      fc.property(given, (token) => {
        const ended = end(sessionOf(token), 'revoked', start);
        expect(judge(ended, token, start)).toEqual({ kind: 'ended' });
        expect(end(ended, 'reuse', after(1))).toEqual(ended);
      }),
    );
  });

  test('lies nowhere in its session', () => {
    fc.assert(
      fc.property(given, nonce, (token, salt) => {
        const rotated = rotate(sessionOf(token), token.nonce, salt, start);
        const kept = JSON.stringify(rotated.session);
        for (const secret of [token.nonce, rotated.nonce]) expect(kept).not.toContain(secret);
        expect(rotated.session.tokenDigest).toBe(digestOf(token.providerToken));
      }),
    );
  });
});

test('the wait begins with the fifth wrong try, doubles with each more, and ends at an hour', () => {
  const waits = [1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1_000_000].map((tries) => waitAfter(tries, 5));
  expect(waits).toEqual([0, 0, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
});

describe('a password', () => {
  const common = new Set(['password', 'qwerty123456!']);
  const known = { email: 'maya.miller@example.com', name: 'Maya O. Miller' };
  test.each([
    ['Qwerty123456!', 'common'],
    ['Password-2026!', 'common'],
    ['1!PASSWORD!9999', 'common'],
    ['Correct-Miller-9-Battery', 'personal'],
    ['9!maya.MILLER@home', 'personal'],
    ['Correct-Horse-9-Battery', undefined],
    // "O." is in many a word.
    ['Only-Horses-9-Batteries', undefined],
  ])('%s is guessed as %s', (password, why) => {
    expect(guessable(password, common, known)).toBe(why);
  });
});

test('codes for an address are drawn from all 32 characters, and belong to one person and one end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes) => {
      expect(codeOf(bytes)).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    }),
  );
  expect(new Set(codeOf(Uint8Array.from({ length: 8 }, (_, place) => place * 33))).size).toBe(8);
  const change = {
    email: 'new@example.com',
    newDigest: codeDigest('sub-1', 'AAAAAAAA'),
    oldDigest: codeDigest('sub-1', 'BBBBBBBB'),
  };
  expect(areItsCodes(change, 'sub-1', 'AAAAAAAA', 'BBBBBBBB')).toBe(true);
  expect(areItsCodes(change, 'sub-1', 'BBBBBBBB', 'AAAAAAAA')).toBe(false);
  expect(areItsCodes(change, 'sub-1', 'AAAAAAAA', 'AAAAAAAA')).toBe(false);
  expect(areItsCodes(change, 'sub-2', 'AAAAAAAA', 'BBBBBBBB')).toBe(false);
});

test('an authenticator is told issuer, address and secret', () => {
  const uri = new URL(otpauthUri('ada+x@example.com', 'JBSWY3DPEHPK3PXP'));
  expect(uri.protocol).toBe('otpauth:');
  expect(decodeURIComponent(uri.pathname)).toContain('X Marketing Platform:ada+x@example.com');
  expect(Object.fromEntries(uri.searchParams)).toEqual({ secret: 'JBSWY3DPEHPK3PXP', issuer: 'X Marketing Platform' });
});
