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

/** The session's current refresh token, parsed. */
const tokenOf = (session: Session, with_ = key): RefreshToken => {
  const token = parseRefreshToken(refreshTokenOf(with_, session));
  if (!token) throw new Error('It is no refresh token');
  return token;
};

/** The session after that many refreshes, and every token that was issued for it, latest first. */
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
  test('is parsed as it was issued, and nothing else is one', () => {
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

  test('is spent by each rotation, and only the one before the current is accepted again, for thirty seconds', () => {
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

  test('that is forged without the key, or combined from two, is refused and ends no session', () => {
    fc.assert(
      fc.property(begun, begun, refreshes, fc.integer({ min: 0, max: 9 }), (first, other, times, guess) => {
        fc.pre(first.subject !== other.subject && first.salt !== other.salt);
        const { session, tokens } = refreshed(first, times);
        const forged = [
          // What a reader of the whole table could forge.
          ...tokens.map(({ generation }) => tokenOf({ ...session, generation }, Buffer.alloc(32, 8))),
          // Tokens of another session, with the same number and with others.
          ...refreshed(other, times).tokens.map((theirs) => ({ ...theirs, sessionId: session.id })),
          // Its own tokens under another number, and one that was never issued.
          ...tokens.filter(({ generation }) => generation !== guess).map((own) => ({ ...own, generation: guess })),
          tokenOf({ ...session, generation: session.generation + 1 }),
        ];
        for (const each of forged) expect(judge(key, session, each, start)).toBe('refused');
      }),
    );
  });

  test('of an ended session is judged as ended, and the session keeps the way it ended', () => {
    fc.assert(
      fc.property(begun, (session) => {
        const ended = end(session, 'revoked', start);
        expect(judge(key, ended, tokenOf(session), start)).toBe('ended');
        expect(end(ended, 'reuse', after(1))).toEqual(ended);
      }),
    );
  });

  test('is not contained in its session', () => {
    fc.assert(
      fc.property(begun, refreshes, (first, times) => {
        const { session, tokens } = refreshed(first, times);
        for (const { mac } of tokens) expect(JSON.stringify(session)).not.toContain(mac);
      }),
    );
  });
});
