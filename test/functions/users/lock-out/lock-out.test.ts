import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as email from '#functions/users/credentials/email-contract.ts';
import * as password from '#functions/users/credentials/password-contract.ts';
import * as totp from '#functions/users/credentials/totp-contract.ts';
import type { AttemptSubject } from '#functions/users/domain/attempts.ts';
import { failureDigest } from '#functions/users/domain/failed-sign-in.ts';
import * as security from '#functions/users/security/contract.ts';
import * as auth from '#functions/users/sign-in/contract.ts';
import { attemptStore } from '#functions/users/store/attempts.ts';
import { httpEvent } from '#test/support/http-event.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { ada, harness } from '../harness.ts';

type Users = ReturnType<typeof harness>;
const minuteMs = 60_000;
const wrong = 'Wrong-Horse-9-Battery';
const nobody = 'nobody@example.com';

interface Try {
  email?: string;
  password?: string;
  deviceToken?: string;
  sourceIp?: string;
}
const signIn = (users: Users, { sourceIp, ...given }: Try = {}) =>
  users.call(auth.signIn, {
    body: { email: ada.email, password: ada.password, ...given },
    ...(sourceIp !== undefined && { sourceIp }),
  });
const guess = (users: Users, given: Try = {}) => signIn(users, { password: wrong, ...given });
const statuses = (answers: readonly { status: number }[]) => answers.map(({ status }) => status);
const guessOften = async (users: Users, times: number, given: Try = {}): Promise<number[]> => {
  const answers = [];
  for (let tries = 0; tries < times; tries += 1) answers.push((await guess(users, given)).status);
  return answers;
};
const deviceOf = ({ body }: { body: unknown }): string => z.object({ deviceToken: z.string() }).parse(body).deviceToken;
/** The seconds that a refused sign-in has to wait. */
const waits = async (users: Users, given: Try = {}): Promise<number> => {
  const body = { email: ada.email, password: ada.password, ...given };
  const answer = z
    .object({ statusCode: z.literal(429), body: z.string(), headers: z.record(z.string(), z.string()) })
    .parse(await users.wake(httpEvent(auth.signIn, { body })));
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'too_many_tries' });
  return Number(answer.headers['retry-after']);
};
/** Ada, and how often her password was checked. */
const scene = async () => {
  const users = harness();
  const as = await users.ada();
  const { provider } = users.deps;
  const looks = { count: 0 };
  const look = provider.signIn.bind(provider);
  provider.signIn = async (...given) => {
    looks.count += 1;
    return look(...given);
  };
  return { users, as, looks };
};

describe('guessing a password', () => {
  test('is limited to eight tries, even concurrent ones, and one more every half hour', async () => {
    const { users, looks } = await scene();
    const answers = await Promise.all(Array.from({ length: 60 }, () => guess(users)));
    expect(looks.count).toBe(8);
    expect(statuses(answers).filter((status) => status === 401)).toHaveLength(8);
    expect(await waits(users)).toBe(30 * 60);
    users.clock.pass(30 * minuteMs - 1);
    expect(await waits(users)).toBe(1);
    users.clock.pass(1);
    expect(await guessOften(users, 2)).toEqual([401, 429]);
    expect(looks.count).toBe(9);
  });

  test('is answered the same for an unknown address', async () => {
    const { users } = await scene();
    const known = await guessOften(users, 10);
    expect(await guessOften(users, 10, { email: nobody })).toEqual(known);
    expect(await waits(users, { email: nobody })).toBe(30 * 60);
  });

  test('is never counted when the password is right, not even concurrently', async () => {
    const { users } = await scene();
    for (let day = 0; day < 30; day += 1) expect(await signIn(users)).toMatchObject({ status: 200 });
    expect(statuses(await Promise.all(Array.from({ length: 8 }, () => signIn(users))))).toEqual(Array(8).fill(200));
    expect(await guessOften(users, 9)).toEqual([...Array<number>(8).fill(401), 429]);
  });

  test('is not counted when the provider could not check it', async () => {
    const { users } = await scene();
    const { provider } = users.deps;
    const look = provider.signIn.bind(provider);
    provider.signIn = async () => {
      throw new Error('Cognito is away');
    };
    for (let tries = 0; tries < 20; tries += 1) expect((await guess(users)).status).toBe(500);
    provider.signIn = look;
    expect(await signIn(users)).toMatchObject({ status: 200 });
  });
});

describe('a network', () => {
  test('has to wait after wrong tries for many addresses, whichever address comes next', async () => {
    const { users, looks } = await scene();
    const spray = await Promise.all(
      Array.from({ length: 130 }, (_, person) =>
        guess(users, { email: `person${person}@example.com`, sourceIp: `198.51.100.${person}` }),
      ),
    );
    expect(looks.count).toBe(100);
    expect(statuses(spray).filter((status) => status === 401)).toHaveLength(100);
    expect(await signIn(users, { sourceIp: '198.51.100.7' })).toMatchObject({ status: 429 });
    // The address that was refused for its network keeps all its tries elsewhere.
    expect(await signIn(users, { sourceIp: '203.0.113.7' })).toMatchObject({ status: 200 });
    users.clock.pass(15 * minuteMs);
    expect(await signIn(users, { sourceIp: '198.51.100.7' })).toMatchObject({ status: 200 });
  });

  test('counts repeated mistakes of one person once', async () => {
    const { users } = await scene();
    for (let person = 0; person < 93; person += 1) await guess(users, { email: `person${person}@example.com` });
    expect(statuses(await Promise.all(Array.from({ length: 6 }, () => guess(users))))).toEqual(Array(6).fill(401));
    expect(await guess(users)).toMatchObject({ status: 401 });
    expect(await signIn(users)).toMatchObject({ status: 200 });
    // Of the hundred addresses, Ada's is the 94th.
    const others = [];
    for (let person = 93; person < 100; person += 1) {
      others.push((await guess(users, { email: `person${person}@example.com` })).status);
    }
    expect(others).toEqual([...Array<number>(6).fill(401), 429]);
  });
});

test('a slot that is given back while another is being taken is available at once', async () => {
  const now = () => new Date('2026-11-22T09:00:00.000Z');
  const between: (() => Promise<unknown>)[] = [];
  const { table } = memoryTable(now, [], async () => {
    await between.shift()?.();
  });
  const tries = attemptStore(table, 2);
  const network: AttemptSubject = { by: 'network', network: '192.0.2.0/24' };
  expect(await tries.take(network)).toEqual({ isTaken: true, isLast: false });
  // The slot is given back before the second access to the table.
  between.push(
    async () => undefined,
    async () => tries.giveBack(network),
  );
  expect(await tries.take(network)).toEqual({ isTaken: true, isLast: false });
  expect(await tries.take(network)).toEqual({ isTaken: true, isLast: true });
  expect(await tries.take(network)).toEqual({ isTaken: false, waitSeconds: 12 * 60 * 60 });
});

describe('a known device', () => {
  test('can sign in whatever strangers try, from any network, until 180 days after its last use', async () => {
    const { users } = await scene();
    const deviceToken = deviceOf(await signIn(users));
    await guessOften(users, 30);
    for (let person = 0; person < 130; person += 1) await guess(users, { email: `person${person}@example.com` });
    expect(await signIn(users)).toMatchObject({ status: 429 });
    const answer = await signIn(users, { deviceToken });
    expect(answer).toMatchObject({ status: 200, body: { deviceToken } });
    users.clock.pass(179 * 24 * 60 * minuteMs);
    await guessOften(users, 30);
    expect(await signIn(users, { deviceToken })).toMatchObject({ status: 200 });
    users.clock.pass(181 * 24 * 60 * minuteMs);
    await guessOften(users, 30);
    expect(await signIn(users, { deviceToken })).toMatchObject({ status: 429 });
  });

  test('has tries of its own: a thief of its token uses up nobody else’s', async () => {
    const { users, looks } = await scene();
    const deviceToken = deviceOf(await signIn(users));
    looks.count = 0;
    const answers = await Promise.all(Array.from({ length: 30 }, () => guess(users, { deviceToken })));
    expect(looks.count).toBe(8);
    expect(statuses(answers).filter((status) => status === 401)).toHaveLength(8);
    expect(await signIn(users)).toMatchObject({ status: 200 });
  });

  test('is known for its own person alone, and an invalid device token is ignored', async () => {
    const { users } = await scene();
    const eve = { ...ada, email: 'eve@example.com' };
    await users.signUp(eve);
    await users.confirm(users.latestCode(eve.email), eve.email);
    const eves = deviceOf(await signIn(users, { email: eve.email }));
    await guessOften(users, 30);
    expect(await signIn(users, { deviceToken: eves })).toMatchObject({ status: 429 });
    const madeUp = `${eves.split('.')[0] ?? ''}.${'x'.repeat(43)}`;
    for (const deviceToken of [madeUp, 'nonsense', 'a.b.c']) {
      expect(await signIn(users, { deviceToken })).toMatchObject({ status: 429 });
      expect(await signIn(users, { email: eve.email, deviceToken })).toMatchObject({ status: 200 });
    }
  });

  test('is forgotten after twenty newer ones', async () => {
    const { users } = await scene();
    const first = deviceOf(await signIn(users));
    const others = [];
    for (let device = 0; device < 20; device += 1) {
      users.clock.pass(1_000);
      others.push(deviceOf(await signIn(users)));
    }
    await guessOften(users, 30);
    expect(await signIn(users, { deviceToken: first })).toMatchObject({ status: 429 });
    expect(await signIn(users, { deviceToken: others[0] ?? '' })).toMatchObject({ status: 200 });
    expect(JSON.stringify([...users.items])).not.toContain(others[0]?.split('.')[1]);
  });

  test('is registered by a password reset, which forgets the earlier ones', async () => {
    const { users } = await scene();
    const stolen = deviceOf(await signIn(users));
    await guessOften(users, 30);
    await users.call(password.forgotPassword, { body: { email: ada.email } });
    const body = { email: ada.email, code: users.latestCode(ada.email), password: 'Another-Horse-7-Staple' };
    const deviceToken = deviceOf(await users.call(password.resetPassword, { body }));
    await guessOften(users, 30);
    expect(await signIn(users, { password: body.password })).toMatchObject({ status: 429 });
    expect(await signIn(users, { password: body.password, deviceToken })).toMatchObject({ status: 200 });
    // An earlier device may be a thief's.
    expect(await signIn(users, { password: body.password, deviceToken: stolen })).toMatchObject({ status: 429 });
  });
});

describe('a stranger', () => {
  test('who uses up all mails of an address leaves its owner a code that resets the password', async () => {
    const { users } = await scene();
    users.clock.pass(24 * 60 * minuteMs);
    for (let minute = 0; minute < 24 * 60; minute += 10) {
      await users.call(password.forgotPassword, { body: { email: ada.email } });
      if (minute < 23 * 60) users.clock.pass(10 * minuteMs);
    }
    const resets = () => users.mailsTo(ada.email).filter(({ kind }) => kind === 'password_reset');
    expect(resets()).toHaveLength(4);
    const code = resets().at(-1)?.data.code;
    const body = { email: ada.email, code, password: 'Another-Horse-7-Staple' };
    expect(await users.call(password.resetPassword, { body })).toMatchObject({ status: 200 });
  });

  test('who guesses passwords and mailed codes locks out nobody who is signed in', async () => {
    const { users, as } = await scene();
    await guessOften(users, 30);
    for (let tries = 0; tries < 30; tries += 1) {
      const body = { email: ada.email, code: 'ZZZZ-ZZZZ', password: 'Another-Horse-7-Staple' };
      await users.call(password.resetPassword, { body });
    }
    const begun = await users.call(totp.beginTotp, { as, body: { password: ada.password } });
    expect(begun).toMatchObject({ status: 200 });
  });
});

test('a stolen access token allows eight password tries, and uses up none of another sign-in', async () => {
  const { users, as } = await scene();
  const [stolen, own] = ['sign-in-1', 'sign-in-2'].map((signInId) => ({ ...as, signInId }));
  const begin = (by: typeof stolen, given: string) =>
    users.call(email.beginEmailChange, { as: by, body: { email: 'new@example.com', password: given } });
  const answers = await Promise.all(Array.from({ length: 20 }, () => begin(stolen, wrong)));
  expect(statuses(answers).filter((status) => status === 401)).toHaveLength(8);
  expect(await begin(stolen, ada.password)).toMatchObject({ status: 429 });
  expect(await begin(own, ada.password)).toMatchObject({ status: 202 });
  expect(await signIn(users)).toMatchObject({ status: 200 });
});

describe('failed sign-ins', () => {
  const list = async (users: Users, as: Awaited<ReturnType<Users['ada']>>) =>
    z
      .object({ items: z.array(z.looseObject({ attempts: z.int(), isLocked: z.boolean() })) })
      .parse((await users.call(security.listFailedSignIns, { as })).body).items;

  test('are counted by hour and network, and listed for those who look after the workspace', async () => {
    const { users, as } = await scene();
    await guessOften(users, 3);
    await guess(users, { sourceIp: '203.0.113.7' });
    users.clock.pass(60 * minuteMs);
    await guessOften(users, 20, { sourceIp: '203.0.113.8' });
    const facts = { kind: 'sign_in', personId: as.personId };
    expect(await list(users, as)).toEqual([
      { ...facts, hour: '2026-11-22T10:00:00.000Z', network: '203.0.113.0/24', attempts: 6, isLocked: true },
      { ...facts, hour: '2026-11-22T09:00:00.000Z', network: '203.0.113.0/24', attempts: 1, isLocked: false },
      { ...facts, hour: '2026-11-22T09:00:00.000Z', network: '192.0.2.0/24', attempts: 3, isLocked: false },
    ]);
    const elsewhere = { ...as, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8TZZ' };
    expect(await list(users, elsewhere)).toEqual([]);
    const editor = { ...as, role: 'editor' as const };
    expect(await users.call(security.listFailedSignIns, { as: editor })).toMatchObject({ status: 403 });
  });

  test('for an unknown address are kept under its digest, and a flood writes no more rows than it has tries', async () => {
    const { users } = await scene();
    const rows = () => users.items.size;
    await guessOften(users, 8, { email: nobody });
    const before = rows();
    await guessOften(users, 100, { email: nobody });
    expect(rows()).toBe(before);
    const kept = [...users.items.values()].filter(({ pk }) => pk === `FAILED_SIGN_INS#${failureDigest(nobody)}`);
    expect(kept).toMatchObject([{ network: '192.0.2.0/24', personId: null, attempts: 8, isLocked: true }]);
    expect(JSON.stringify([...users.items])).not.toContain(nobody);
  });

  test('do not include a successful one', async () => {
    const { users, as } = await scene();
    await signIn(users);
    expect(await list(users, as)).toEqual([]);
  });
});
