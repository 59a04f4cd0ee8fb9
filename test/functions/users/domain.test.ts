import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { otpauthUri } from '#functions/users/credentials/otpauth.ts';
import { areItsCodes } from '#functions/users/domain/email-change.ts';
import { bareWords, isPersonal } from '#functions/users/domain/guessable.ts';
import { codeDigest, codeOf, MailedCode, written } from '#functions/users/domain/mailed-code.ts';
import { GivenPassword, Password } from '#functions/users/domain/password.ts';
import { MailAddress, personAuthor } from '#functions/users/domain/person.ts';
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
import { TotpCode } from '#functions/users/sign-in/contract.ts';
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
    ['Millers-Correct-9-Horse', undefined],
    ['MillersMaya9!Horse', 'personal'],
    ['My-Miller2026-Horse', 'personal'],
    ['MillerAndCorrect-9-Horse', 'personal'],
    ['Thrillmillers-9-Horse', undefined],
    // "O." is in many a word.
    ['Only-Horses-9-Batteries', undefined],
  ])('%s is guessed as %s', (password, why) => {
    const isCommon = bareWords(password).some((word) => common.has(word));
    expect(isCommon ? 'common' : isPersonal(password, known) ? 'personal' : undefined).toBe(why);
  });
});

test.each([
  ['team@example.com', 'Steam-Engine-42x', undefined],
  ['team@example.com', 'Team-Engine-42x', 'personal'],
  ['team@example.com', 'Engine42Team!x', 'personal'],
  ['team@example.com', 'SteamTeamEngine-42', 'personal'],
  ['rose@example.com', 'Prosecco-Rosebud-7', undefined],
  ['j.doe@example.com', 'J.Doe-Correct-77', 'personal'],
  ['j.doe@example.com', 'Doe-Correct-Horse-7', undefined],
  ['r2d2@example.com', 'Correct-R2D2-Horse', 'personal'],
  ['müller@example.com', 'Mu\u0308ller-Correct-7'.normalize('NFC'), 'personal'],
  ['----@example.com', 'Correct----Horse-7', undefined],
])('of %s, %s is guessed as %s: whole words count', (email, password, why) => {
  expect(isPersonal(password, { email }) ? 'personal' : undefined).toBe(why);
});

describe('a password in whichever form it was typed', () => {
  const composed = 'Gr\u00fc\u00dfe-an-Alle-42';
  const decomposed = 'Gru\u0308\u00dfe-an-Alle-42';

  test.each([
    [decomposed, composed],
    ['Gr\u00fc\u00dfe\u00a0an\u3000alle-42X', 'Gr\u00fc\u00dfe an alle-42X'],
    // Compatibility forms are other passwords: OpaqueString maps no widths.
    ['\uff27r\u00fc\u00dfe-an-Alle-42', '\uff27r\u00fc\u00dfe-an-Alle-42'],
  ])('%j is one: set, and given', (typed, kept) => {
    expect([Password.parse(typed), GivenPassword.parse(typed)]).toEqual([kept, kept]);
  });

  test('is as long in either, and no longer than the user pool takes', () => {
    const long = (end: string) => `Aa1-${'\u00fc'.repeat(252)}${end}`;
    expect(Password.parse(long('').normalize('NFD'))).toBe(long(''));
    expect(Password.safeParse(long('x')).success).toBe(false);
    expect(GivenPassword.safeParse('x'.repeat(1_025)).success).toBe(false);
  });

  test('neither begins nor ends with a space of any kind', () => {
    expect(Password.safeParse(`${composed}\u00a0`).success).toBe(false);
  });
});

test('codes for an address are drawn from all 32 characters, and belong to one person and one end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes) => {
      const code = codeOf(bytes);
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
      expect(MailedCode.parse(written(code))).toBe(code);
    }),
  );
  expect(new Set(codeOf(Uint8Array.from({ length: 8 }, (_, place) => place * 33))).size).toBe(8);
  const change = {
    email: 'new@example.com',
    newDigest: codeDigest('sub-1', 'AAAAAAAA'),
    oldDigest: codeDigest('sub-1', 'BBBBBBBB'),
    signInRound: 0,
  };
  expect(areItsCodes(change, 'sub-1', 'AAAAAAAA', 'BBBBBBBB')).toBe(true);
  expect(areItsCodes(change, 'sub-1', 'BBBBBBBB', 'AAAAAAAA')).toBe(false);
  expect(areItsCodes(change, 'sub-1', 'AAAAAAAA', 'AAAAAAAA')).toBe(false);
  expect(areItsCodes(change, 'sub-2', 'AAAAAAAA', 'BBBBBBBB')).toBe(false);
});

test.each([
  ['k7pm-3xqd', 'K7PM3XQD'],
  ['K7PM 3XQD', 'K7PM3XQD'],
  ['  k7pm\u20133xqd\n', 'K7PM3XQD'],
  ['K 7 P M 3 X Q D', 'K7PM3XQD'],
  ['oo11-ilIL', '00111111'],
  ['-K7PM\u22123XQD-', 'K7PM3XQD'],
  ['\u200bK7PM\u00a0\u00ad3XQD\u202c', 'K7PM3XQD'],
  ['\uff2b\uff17\uff30\uff2d\uff0d\uff13\uff38\uff31\uff44', 'K7PM3XQD'],
])('a code is taken as people type or paste it: %j', (typed, code) => {
  expect(MailedCode.parse(typed)).toBe(code);
});

test.each(['', 'K7PM3XQ', 'K7PM3XQDD', '123456', 'K7PM+3XQD', 'ÄÖÜß-3XQD', ' '.repeat(81)])(
  '%j is no code',
  (typed) => {
    expect(MailedCode.safeParse(typed).success).toBe(false);
  },
);

test.each([
  '123456',
  '123 456',
  ' 12 34 56\t',
  '123-456',
  '123\u2009456',
  '1.2.3.4.5.6',
  '\uff11\uff12\uff13 \uff14\uff15\uff16',
])('a code of an authenticator is taken as people type or paste it: %j', (typed) => {
  expect(TotpCode.parse(typed)).toBe('123456');
});

test.each(['', '12345', '1234567', '12345a', '\u0661\u0662\u0663\u0664\u0665\u0666', '123+456'])(
  '%j is no code of one',
  (typed) => {
    expect(TotpCode.safeParse(typed).success).toBe(false);
  },
);

describe('a mail address', () => {
  test.each([
    ['ada@example.com ', 'ada@example.com'],
    ['\n\u00a0Ada@Example.COM\u200b', 'ada@example.com'],
    ['r&d@example.com', 'r&d@example.com'],
    ["o'hara+x/y=z!{1}~^`|#$%*?-_@example.co.uk", "o'hara+x/y=z!{1}~^`|#$%*?-_@example.co.uk"],
    ['ada@example.xn--p1ai', 'ada@example.xn--p1ai'],
    ['ada@xn--e1afmkfd.xn--p1ai', 'ada@xn--e1afmkfd.xn--p1ai'],
    ['ada@пример.РФ', 'ada@xn--e1afmkfd.xn--p1ai'],
    ['ada@M\u00fcller.de', 'ada@xn--mller-kva.de'],
    ['ada@mu\u0308ller.de', 'ada@xn--mller-kva.de'],
    ['ada@1-a.example.museum', 'ada@1-a.example.museum'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('%j is kept as %s', (typed, kept) => {
    expect(MailAddress.parse(typed)).toBe(kept);
    expect(MailAddress.parse(kept)).toBe(kept);
  });

  test.each([
    ...['', 'ada', 'ada@', '@example.com', 'ada@example', 'ada@localhost', 'a b@example.com', 'a@b@example.com'],
    ...['.ada@example.com', 'ada.@example.com', 'a..b@example.com', 'ada@.com', 'ada@-a.com', 'ada@example..com'],
    ...[
      '"ada l"@example.com',
      'ada@[192.0.2.1]',
      'ada@192.0.2.1',
      'ada@\uff11.\uff12',
      'ada@exa_mple.com',
      'ada@example.c',
    ],
    ...[
      'ada@example.com, eve@example.com',
      'Ada <ada@example.com>',
      'ada@example.com\r\nBcc: eve@example.com',
      'ädä@example.com',
    ],
    ...[`${'a'.repeat(65)}@example.com`, `ada@${'a.'.repeat(62)}com`, `${' '.repeat(400)}ada@example.com`],
  ])('is not %j', (typed) => {
    expect(MailAddress.safeParse(typed).success).toBe(false);
  });
});

test('an authenticator is told issuer, address and secret', () => {
  const uri = new URL(otpauthUri('ada+x@example.com', 'JBSWY3DPEHPK3PXP'));
  expect(uri.protocol).toBe('otpauth:');
  expect(decodeURIComponent(uri.pathname)).toContain('X Marketing Platform:ada+x@example.com');
  expect(Object.fromEntries(uri.searchParams)).toEqual({ secret: 'JBSWY3DPEHPK3PXP', issuer: 'X Marketing Platform' });
});
