import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { personAuthor } from '#functions/users/domain/person.ts';
import {
  beginSession,
  end,
  graceMs,
  judge,
  parseRefreshToken,
  type RefreshToken,
  refreshTokenOf,
  rotate,
  type Session,
} from '#functions/users/domain/session.ts';
import { firstVersion } from '#shared/entities.ts';
import { newId } from '#shared/ids.ts';
import { owner } from '#test/support/http-event.ts';

const start = new Date('2026-11-22T09:00:00.000Z');
const after = (milliseconds: number): Date => new Date(start.getTime() + milliseconds);
const key = Buffer.alloc(32, 7);
const { workspaceId, personId } = owner;
const begun: fc.Arbitrary<Session> = fc
  .record({ subject: fc.uuid(), salt: fc.stringMatching(/^[\w-]{22}$/) })
  .map(({ subject, salt }) => {
    const who = { id: newId('ses', start), workspaceId, personId, subject, signInId: null };
    const known = { signInRound: 0, deviceDigest: null };
    const facts = { ...who, ...known, device: 'test', network: '192.0.2.0/24', sealedToken: 'sealed', salt, ttl: 0 };
    return firstVersion(beginSession(facts, start), start, personAuthor(personId, 'request-1'));
  });
const refreshes = fc.integer({ min: 1, max: 6 });

/** The session's current refresh token, taken apart. */
const tokenOf = (session: Session, with_ = key): RefreshToken => {
  const token = parseRefreshToken(refreshTokenOf(with_, session));
  if (!token) throw new Error('It is no refresh token');
  return token;
};

/** The session after so many refreshes, and every token that was given out for it, the latest first. */
const refreshed = (first: Session, times: number) => {
  let session = first;
  const tokens = [tokenOf(session)];
  for (let each = 0; each < times; each += 1) {
    session = rotate(session, workspaceId, start);
    tokens.unshift(tokenOf(session));
  }
  return { session, tokens };
};

describe('a refresh token', () => {
  test('is read as it was written, and nothing else is one', () => {
    fc.assert(
      fc.property(begun, (session) => {
        const { id: sessionId, subject, generation } = session;
        expect(tokenOf(session)).toMatchObject({ sessionId, subject, generation });
      }),
    );
    for (const other of ['', 'e30.e30.e30', 'ses_1.x.y.z', '....', newId('ses', start)]) {
      expect(parseRefreshToken(other)).toBeUndefined();
    }
  });

  test('counts once: each rotation spends it, and only the last is given again for thirty seconds', () => {
    fc.assert(
      fc.property(begun, refreshes, (first, times) => {
        const { session, tokens } = refreshed(first, times);
        expect(new Set(tokens.map(({ mac }) => mac)).size).toBe(times + 1);
        const verdicts = (at: Date) => tokens.map((token) => judge(key, session, token, at));
        const older = tokens.slice(2).map(() => 'reused');
        expect(verdicts(after(graceMs - 1))).toEqual(['current', 'repeated', ...older]);
        expect(verdicts(after(graceMs))).toEqual(['current', 'reused', ...older]);
      }),
    );
  });

  test('made up without the key, or put together from two, is refused, and ends nobody’s session', () => {
    fc.assert(
      fc.property(begun, begun, refreshes, fc.integer({ min: 0, max: 9 }), (first, other, times, guess) => {
        fc.pre(first.subject !== other.subject && first.salt !== other.salt);
        const { session, tokens } = refreshed(first, times);
        const forged = [
          // What whoever reads the whole table can make.
          ...tokens.map(({ generation }) => tokenOf({ ...session, generation }, Buffer.alloc(32, 8))),
          // Another session's, of the same number and of any.
          ...refreshed(other, times).tokens.map((theirs) => ({ ...theirs, sessionId: session.id })),
          // The own ones under another number, and one that was never given out.
          ...tokens.filter(({ generation }) => generation !== guess).map((own) => ({ ...own, generation: guess })),
          tokenOf({ ...session, generation: session.generation + 1 }),
        ];
        for (const each of forged) expect(judge(key, session, each, start)).toBe('refused');
      }),
    );
  });

  test('of a session that has ended is known as that, and the session stays as it ended', () => {
    fc.assert(
      fc.property(begun, (session) => {
        const ended = end(session, 'revoked', start);
        expect(judge(key, ended, tokenOf(session), start)).toBe('ended');
        expect(end(ended, 'reuse', after(1))).toEqual(ended);
      }),
    );
  });

  test('lies nowhere in its session', () => {
    fc.assert(
      fc.property(begun, refreshes, (first, times) => {
        const { session, tokens } = refreshed(first, times);
        for (const { mac } of tokens) expect(JSON.stringify(session)).not.toContain(mac);
      }),
    );
  });
});
