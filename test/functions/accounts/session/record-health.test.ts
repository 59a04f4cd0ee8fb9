import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { disconnectAccount } from '#functions/accounts/connections/connect.ts';
import type { Account } from '#functions/accounts/domain/account.ts';
import { author, type Harness, harness, partOn } from '../harness.ts';

let context: Harness;
let account: Account;
beforeEach(async () => {
  context = await harness();
  account = await context.connect('acme_coffee');
});
afterEach(() => context.sandbox.close());

const createPost = { method: 'POST', path: '/2/tweets' };
const now = () => context.deps.accounts.get(account.workspaceId, account.id);
const told = () =>
  context.events().flatMap(({ definition, detail }) => {
    const data = detail.data as { health?: string };
    return definition.type === 'account.health_changed' ? [data.health] : [];
  });
const failing = async (times: number) => {
  await context.faults({ ...createPost, times, fault: { kind: 'status', status: 503, phase: 'before' } });
  for (let each = 0; each < times; each += 1) await context.publish(partOn(account, { text: `Beans ${each}` }));
};

describe('an account whose calls X does not answer', () => {
  test('is degraded after the third failure in a row, and healthy once X accepts a post', async () => {
    await failing(2);
    expect(await now()).toMatchObject({ health: 'healthy', version: 1 });
    await failing(1);
    expect(await now()).toMatchObject({ health: 'degraded', version: 2 });
    expect(await context.publish(partOn(account))).toMatchObject({ outcome: 'published' });
    expect(await now()).toMatchObject({ health: 'healthy', healthReason: null });
    expect(told()).toEqual(['degraded', 'healthy']);
  });

  test('is not degraded when a success comes before the third failure', async () => {
    for (const text of ['One', 'Two', 'Three']) {
      await failing(2);
      expect(await context.publish(partOn(account, { text }))).toMatchObject({ outcome: 'published' });
    }
    expect(await now()).toMatchObject({ health: 'healthy' });
    expect(told()).toEqual([]);
  });

  test('can still publish while it is degraded', async () => {
    await failing(4);
    expect(await now()).toMatchObject({ health: 'degraded' });
    expect(told()).toEqual(['degraded']);
    expect(await context.publish(partOn(account))).toMatchObject({ outcome: 'published' });
  });
});

test('an account that has used up its posts is limited until the reset, and then publishes', async () => {
  await context.faults({ ...createPost, fault: { kind: 'rateLimit' } });
  const outcomes = await context.publishToTheEnd(partOn(account));
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['rate_limited', 'published']);
  expect(told()).toEqual(['limited', 'healthy']);
  expect(await now()).toMatchObject({ health: 'healthy', limitedUntil: null });
});

test('a limited account shows until when it is limited', async () => {
  await context.faults({ ...createPost, fault: { kind: 'rateLimit' } });
  await context.publish(partOn(account));
  const { health, limitedUntil } = await now();
  expect(health).toBe('limited');
  expect(Date.parse(limitedUntil ?? '')).toBeGreaterThan(context.deps.now().getTime());
});

test('a problem of the app at X degrades the account with that reason', async () => {
  await context.faults({ ...createPost, fault: { kind: 'creditsDepleted' } });
  await context.publish(partOn(account));
  expect(await now()).toMatchObject({ health: 'degraded', healthReason: 'The app has no credits left at X.' });
});

test('a disconnected account shows advice, and is healthy once it is connected again', async () => {
  await disconnectAccount(context.deps, account.workspaceId, account.id, author);
  expect(await now()).toMatchObject({ health: 'disconnected', healthAdvice: 'Reconnect it to publish on it.' });
  await context.connect('acme_coffee');
  expect(await now()).toMatchObject({ health: 'healthy', healthReason: null });
  expect(told()).toEqual([]);
});
