import { describe, expect, test } from 'vitest';
import { invalidCredentials } from '#functions/users/domain/sign-in-errors.ts';
import { tried, trustDevice } from '#functions/users/lock-out/lock-out.ts';
import { DomainError } from '#shared/errors.ts';
import { randomOf } from '#test/simulation/simulation.ts';
import { clockAt } from '#test/support/context-harness.ts';
import { memoryUsers } from '#test/support/memory/users.ts';
import { ada, harness } from '../harness.ts';

/** The lock-out over weeks: its real store and arithmetic, a clock that the test moves, and seeded chance. */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

interface Try {
  email: string;
  sourceIp: string;
  isRight?: boolean;
  deviceToken?: string;
}

const world = () => {
  const start = '2026-11-23T08:00:00.000Z';
  const clock = clockAt(start);
  const deps = memoryUsers(clock.now);
  /** Time and address of each wrong password that was checked. */
  const looks: { at: number; email: string }[] = [];
  const now = (): number => clock.now().getTime() - Date.parse(start);
  const attempt = async ({ isRight = false, ...given }: Try): Promise<'in' | 'wrong' | 'locked'> => {
    try {
      await tried(deps, { kind: 'sign_in', ...given }, async () => {
        if (isRight) return;
        looks.push({ at: now(), email: given.email });
        throw invalidCredentials();
      });
      return 'in';
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return error.code === 'too_many_tries' ? 'locked' : 'wrong';
    }
  };
  return { clock, deps, looks, now, attempt };
};

/** The most checks within any span of that length. */
const maxWithin = (looks: readonly { at: number }[], spanMs: number): number => {
  let [most, first] = [0, 0];
  looks.forEach(({ at }, last) => {
    while ((looks[first]?.at ?? 0) <= at - spanMs) first += 1;
    most = Math.max(most, last - first + 1);
  });
  return most;
};

/** Weeks of an office whose people arrive in the morning and mistype one password in five, up to three times. */
const office = async (seed: number, people: number, days: number) => {
  const { clock, attempt, now } = world();
  const random = randomOf(seed);
  const wishes = Array.from({ length: days }, (_, day) =>
    Array.from({ length: people }, (__, person) =>
      Array.from({ length: 1 + Math.floor(random() * 4) }, (___, nth) => ({
        at: day * dayMs + (nth === 0 ? random() * 20 * minuteMs : random() * 9 * hourMs),
        email: `person${person}@office.example`,
        typos: random() < 0.2 ? 1 + Math.floor(random() * 3) : 0,
      })),
    ),
  )
    .flat(2)
    .sort((one, other) => one.at - other.at);
  const outcome = { signIns: 0, typos: 0, refused: 0 };
  for (const { at, email, typos } of wishes) {
    clock.pass(Math.max(0, at - now()));
    for (let typo = 0; typo < typos; typo += 1) {
      await attempt({ email, sourceIp: '203.0.113.5' });
      outcome.typos += 1;
    }
    outcome.signIns += 1;
    if ((await attempt({ email, sourceIp: '203.0.113.5', isRight: true })) !== 'in') outcome.refused += 1;
  }
  return outcome;
};

describe('honest people', () => {
  test.each([1, 2])(
    'in an office of 30 behind one IP address are never refused in six weeks (seed %i)',
    async (seed) => {
      const { signIns, typos, refused } = await office(seed, 30, 42);
      expect(signIns).toBeGreaterThan(2_500);
      expect(typos).toBeGreaterThan(700);
      expect(refused).toBe(0);
    },
  );

  test('in an office of 90 are never refused in two weeks', async () => {
    expect((await office(5, 90, 14)).refused).toBe(0);
  });
});

describe('guessing', () => {
  test('one account from any number of networks gets at most 56 checks in any 24 hours', async () => {
    const { clock, attempt, looks } = world();
    const random = randomOf(1);
    for (let minute = 0; minute < 21 * 24 * 60; minute += 5) {
      const sourceIp = `${Math.floor(random() * 200) + 1}.${Math.floor(random() * 250)}.${minute % 250}.1`;
      await attempt({ email: 'victim@example.com', sourceIp });
      clock.pass(5 * minuteMs);
    }
    expect(maxWithin(looks, dayMs)).toBeLessThanOrEqual(56);
    expect(looks.length).toBeLessThanOrEqual(8 + 21 * 48);
    expect(looks.length).toBeGreaterThan(20 * 48);
  });

  test('many accounts from one network gets at most 200 checks in any 24 hours, and 100 a day in the long run', async () => {
    const { clock, attempt, looks } = world();
    for (let nth = 0; nth < 14 * 24 * 12; nth += 1) {
      await attempt({ email: `person${nth}@example.com`, sourceIp: `198.51.100.${nth % 250}` });
      clock.pass(5 * minuteMs);
    }
    expect(maxWithin(looks, dayMs)).toBeLessThanOrEqual(200);
    expect(looks.length).toBeLessThanOrEqual(100 + 14 * 100);
    expect(looks.length).toBeGreaterThan(13 * 100);
  });

  test('a few accounts from one network is limited by each of them', async () => {
    const { clock, attempt, looks } = world();
    for (let nth = 0; nth < 3 * 24 * 60; nth += 1) {
      await attempt({ email: `person${nth % 5}@example.com`, sourceIp: '198.51.100.1' });
      clock.pass(minuteMs);
    }
    for (const person of [0, 1, 2, 3, 4]) {
      const own = looks.filter(({ email }) => email === `person${person}@example.com`);
      expect(maxWithin(own, dayMs)).toBeLessThanOrEqual(56);
    }
  });

  test('many accounts from many networks concurrently stays within the limit of each account', async () => {
    const { clock, attempt, looks } = world();
    const random = randomOf(7);
    for (let round = 0; round < 2 * 24 * 12; round += 1) {
      await Promise.all(
        Array.from({ length: 20 }, (_, each) =>
          attempt({
            email: `person${Math.floor(random() * 10)}@example.com`,
            sourceIp: `${10 + each}.${Math.floor(random() * 250)}.${Math.floor(random() * 250)}.1`,
          }),
        ),
      );
      clock.pass(5 * minuteMs);
    }
    for (let person = 0; person < 10; person += 1) {
      const own = looks.filter(({ email }) => email === `person${person}@example.com`);
      expect(maxWithin(own, dayMs)).toBeLessThanOrEqual(56);
      expect(own.length).toBeGreaterThan(80);
    }
  });
});

test('a victim of weeks of guessing can sign in every day from a known device, but not from an unknown one', async () => {
  const users = harness();
  await users.ada();
  const { deps, clock } = users;
  const identity = await deps.provider.find(ada.email);
  const deviceToken = await trustDevice(deps, identity?.subject ?? '');
  const enter = async (isRight: boolean, token?: string) => {
    try {
      const given = { kind: 'sign_in' as const, email: ada.email, sourceIp: '203.0.113.5', deviceToken: token };
      await tried(deps, given, async () => {
        if (!isRight) throw invalidCredentials();
      });
      return 'in';
    } catch (error) {
      return error instanceof DomainError ? error.code : 'fault';
    }
  };
  let lockedOut = 0;
  for (let halfHour = 0; halfHour < 21 * 48; halfHour += 1) {
    for (let each = 0; each < 3; each += 1) await enter(false);
    if (halfHour % 48 === 20) {
      expect(await enter(false, deviceToken)).toBe('invalid_credentials');
      expect(await enter(true, deviceToken)).toBe('in');
      if ((await enter(true)) !== 'in') lockedOut += 1;
    }
    clock.pass(30 * minuteMs);
  }
  // Strangers do lock the address for unknown devices: that limits what they can guess.
  expect(lockedOut).toBe(21);
});
