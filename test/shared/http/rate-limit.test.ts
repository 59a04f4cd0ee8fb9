import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Limit, type Operation, operation } from '#shared/http/operation.ts';
import { rateLimiter } from '#shared/http/rate-limit.ts';
import type { ClassRates, Rate, RateLimits } from '#shared/http/rates.ts';
import type { Caller } from '#shared/http/route.ts';
import { visitorOf } from '#shared/network.ts';
import { observe } from '#shared/observability.ts';
import { owner } from '#test/support/http-event.ts';
import { memoryBuckets } from '#test/support/memory/buckets.ts';
import { captureLog } from '../captured-log.ts';

let log: string[];
beforeEach(() => {
  log = captureLog();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The rates of a class: ten times as much for a workspace as for a person. */
const alike = ({ burst, perMinute }: Rate): ClassRates => ({
  person: { burst, perMinute },
  workspace: { burst: 10 * burst, perMinute: 10 * perMinute },
  address: { burst, perMinute },
});

const limits: RateLimits = {
  person: { burst: 40, perMinute: 60 },
  workspace: { burst: 60, perMinute: 60 },
  address: { burst: 20, perMinute: 60 },
  credentials: alike({ burst: 3, perMinute: 6 }),
  codes: alike({ burst: 2, perMinute: 1 }),
  invitations: { ...alike({ burst: 2, perMinute: 1 }), workspace: { burst: 3, perMinute: 1 } },
  costly: alike({ burst: 2, perMinute: 60 }),
};
const of = (limit: Limit): Operation =>
  operation({ id: 'try', method: 'POST', path: '/v1/tries', summary: 'Try something', access: 'public', limit });
const ada: Caller = {
  ...owner,
  people: [owner.personId],
  actor: { type: 'person', id: owner.personId },
  correlationId: 'request-1',
  tokenId: 'token-1',
};
const bob: Caller = { ...ada, personId: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9B' };
const eve: Caller = { ...bob, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9E' };

const limited = (values = limits) => {
  let at = Date.parse('2026-11-22T09:00:00Z');
  const memory = memoryBuckets();
  const observability = observe('users');
  const open = () => rateLimiter({ limits: values, buckets: memory.store, now: () => new Date(at), observability });
  return {
    ...memory,
    open,
    observability,
    ask: open(),
    pass: (seconds: number) => {
      at += seconds * 1000;
    },
  };
};
type Ask = ReturnType<typeof limited>['ask'];

/** How many of the requests were let through. */
const passed = async (ask: Ask, times: number, limit: Limit, caller?: Caller, address = '192.0.2.1') => {
  let count = 0;
  for (let tries = 0; tries < times; tries += 1) {
    if (!(await ask(of(limit), caller, address)).refusal) count += 1;
  }
  return count;
};

test('a person is limited across addresses, which does not limit others in the workspace', async () => {
  const { ask, pass } = limited();
  expect(await passed(ask, 50, 'standard', ada)).toBe(30);
  expect(await passed(ask, 1, 'standard', ada, '198.51.100.7')).toBe(0);
  // Refused requests cost the others nothing either.
  expect(await passed(ask, 5, 'standard', bob)).toBe(5);
  pass(10);
  expect(await passed(ask, 20, 'standard', ada)).toBe(10);
});

test('a workspace is limited as a whole, which does not limit other workspaces', async () => {
  const { ask } = limited();
  expect(await passed(ask, 30, 'standard', ada)).toBe(30);
  expect(await passed(ask, 30, 'standard', bob)).toBe(15);
  expect(await passed(ask, 30, 'standard', eve)).toBe(30);
});

test('an anonymous caller is limited by address, which is not stored in plain text', async () => {
  const { ask, keys } = limited();
  expect(await passed(ask, 20, 'standard')).toBe(15);
  expect(await passed(ask, 20, 'standard', undefined, '198.51.100.7')).toBe(15);
  expect(keys().join()).not.toMatch(/192\.0\.2|198\.51/);
});

test('a strict class is counted request by request, across containers', async () => {
  const { ask, open, pass } = limited();
  expect(await passed(ask, 2, 'credentials')).toBe(2);
  const other = open();
  expect(await passed(other, 5, 'credentials')).toBe(1);
  pass(10);
  expect(await passed(ask, 5, 'credentials')).toBe(1);
  // Codes have another bucket for the same address.
  expect(await passed(ask, 5, 'codes')).toBe(2);
});

describe('a class limit of signed-in callers', () => {
  test('is counted per person, so that one who floods does not block colleagues', async () => {
    const { ask, open } = limited({ ...limits, person: { burst: 4000, perMinute: 60 } });
    expect(await passed(ask, 2000, 'codes', ada)).toBe(2);
    expect(await passed(open(), 5, 'codes', ada)).toBe(0);
    expect(await passed(ask, 2, 'codes', bob)).toBe(2);
  });

  test('is also counted per workspace, of which requests beyond the personal limit use nothing', async () => {
    const { ask, pass } = limited();
    expect(await passed(ask, 30, 'invitations', ada)).toBe(2);
    expect(await passed(ask, 5, 'invitations', bob)).toBe(1);
    expect(await passed(ask, 5, 'invitations', eve)).toBe(2);
    pass(60);
    expect(await passed(ask, 5, 'invitations', ada)).toBe(1);
    expect(await passed(ask, 5, 'invitations', bob)).toBe(0);
  });

  test('reports personal and workspace limits, but only the personal ones when those refuse', async () => {
    const { ask } = limited();
    const policies = '"person";q=30;w=30, "codes";q=2;w=120, "workspace";q=45;w=45, "codes-workspace";q=20;w=120';
    const first = await ask(of('codes'), ada, '192.0.2.1');
    expect(first.headers).toEqual({
      'ratelimit-policy': policies,
      ratelimit: '"person";r=29;t=2, "codes";r=1;t=60, "workspace";r=44;t=3, "codes-workspace";r=19;t=6',
    });
    await ask(of('codes'), ada, '192.0.2.1');
    const { headers, refusal } = await ask(of('codes'), ada, '192.0.2.1');
    expect(headers).toEqual({ 'ratelimit-policy': policies, ratelimit: '"person";r=27;t=4, "codes";r=0;t=120' });
    expect(refusal).toMatchObject({ code: 'rate_limited', headers: { 'retry-after': '60' } });
  });

  test('of costly operations applies in addition, also to anonymous callers', async () => {
    const { ask } = limited();
    expect(await passed(ask, 5, 'costly', ada)).toBe(2);
    expect(await passed(ask, 5, 'standard', ada)).toBe(5);
    expect(await passed(ask, 5, 'costly')).toBe(2);
  });
});

test('an operation without a limit gets no headers and does not ask the table', async () => {
  const { ask, counted } = limited();
  expect(await ask(of('none'), undefined, '192.0.2.1')).toEqual({ headers: {} });
  expect(counted.calls).toBe(0);
});

test('every reply reports the policy and the tokens left, and a refusal when to retry', async () => {
  const { ask, pass } = limited();
  expect(await ask(of('codes'), undefined, '192.0.2.1')).toEqual({
    headers: { 'ratelimit-policy': '"codes";q=2;w=120', ratelimit: '"codes";r=1;t=60' },
  });
  await ask(of('codes'), undefined, '192.0.2.1');
  pass(15);
  const { headers, refusal } = await ask(of('codes'), undefined, '192.0.2.1');
  expect(headers).toEqual({ 'ratelimit-policy': '"codes";q=2;w=120', ratelimit: '"codes";r=0;t=105' });
  expect(refusal).toMatchObject({ kind: 'rate-limited', code: 'rate_limited', headers: { 'retry-after': '45' } });
  pass(44);
  expect(await passed(ask, 1, 'codes')).toBe(0);
  pass(1);
  expect(await passed(ask, 1, 'codes')).toBe(1);
  expect((await ask(of('standard'), ada, '192.0.2.1')).headers).toEqual({
    'ratelimit-policy': '"person";q=30;w=30, "workspace";q=45;w=45',
    ratelimit: '"person";r=29;t=2, "workspace";r=44;t=3',
  });
});

test('an empty bucket refuses without asking the table, and refusals are counted in a metric', async () => {
  const { ask, counted, pass, observability } = limited();
  await passed(ask, 3, 'codes');
  const { calls } = counted;
  expect(await passed(ask, 50, 'codes')).toBe(0);
  expect(counted.calls).toBe(calls);
  pass(60);
  expect(await passed(ask, 1, 'codes')).toBe(1);
  observability.metrics.publishStoredMetrics();
  const refusals = [...log.join().matchAll(/"RateLimited":(\[[\d,]+\]|\d+)/g)].flatMap(
    ([, values = '']) => JSON.parse(values) as number | number[],
  );
  expect(refusals.reduce((sum, each) => sum + each, 0)).toBe(51);
});

describe('when the table cannot be reached', () => {
  test('a standard request passes, and the outage is counted in a metric', async () => {
    const { ask, counted, observability } = limited();
    counted.isDown = true;
    expect(await passed(ask, 100, 'standard', ada)).toBe(100);
    expect((await ask(of('standard'), ada, '192.0.2.1')).headers).toEqual({
      'ratelimit-policy': '"person";q=30;w=30, "workspace";q=45;w=45',
    });
    observability.metrics.publishStoredMetrics();
    expect(log.join()).toContain('RateLimitsUnreachable');
    counted.isDown = false;
    expect(await passed(ask, 100, 'standard', ada)).toBe(30);
  });

  test.each<Limit>(['credentials', 'costly'])(
    'a request of the class %s is refused with limits_unreachable',
    async (limit) => {
      const { ask, counted } = limited();
      counted.isDown = true;
      expect((await ask(of(limit), undefined, '192.0.2.1')).refusal).toMatchObject({
        kind: 'unavailable',
        code: 'limits_unreachable',
        headers: { 'retry-after': '5' },
      });
    },
  );
});

test('a container remembers a thousand buckets and asks the table again for an older one', async () => {
  const { ask, counted } = limited({ ...limits, address: { burst: 60, perMinute: 60 } });
  for (let number = 0; number <= 1000; number += 1) {
    await ask(of('standard'), undefined, `10.0.${number >> 8}.${number & 255}`);
  }
  const { calls } = counted;
  await ask(of('standard'), undefined, '10.0.3.232');
  expect(counted.calls).toBe(calls);
  await ask(of('standard'), undefined, '10.0.0.0');
  expect(counted.calls).toBeGreaterThan(calls);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:0001:2::9', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['', ''],
])('a visitor at %s is counted as %s', (address, network) => {
  expect(visitorOf(address)).toBe(network);
});
