import { beforeEach, expect, test } from 'vitest';
import { AccountConnected, AccountDisconnected, AccountHealthChanged } from '#events/accounts.ts';
import type { Post } from '#functions/posts/domain/post.ts';
import { busEntry } from '#shared/events/publish.ts';
import { type Harness, harness } from '../harness.ts';
import { accountId, aPost, aScheduledPost, author, noon, otherAccountId } from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const hourMs = 3_600_000;
const after = (hours: number): string => new Date(noon.getTime() + hours * hourMs).toISOString();
let posts = 0;
const id = () => `pst_01KATJ9V5H8Q3M4N5P6R${String((posts += 1)).padStart(6, '0')}`;
const dueAt = (hours: number, said: Partial<Post> = {}) =>
  context.deps.posts.create(aScheduledPost({ id: id(), scheduledAt: after(hours), ...said }), author);
const held = (hours: number, code = 'account_reconnect_needed') =>
  dueAt(hours, { status: 'held', nextAttemptAt: null, problem: { code, reason: 'It was held.' } });

/** Receives the account's health, as `accounts` publishes it, at the given hour. */
const health = async (version: number, hours = 0, to = 'reconnect_needed') => {
  context.clock.set(new Date(after(hours)));
  await context.happened(AccountHealthChanged, accountId, version, { health: to, reason: 'X says so.' });
};
const connected = (version: number) =>
  context.happened(AccountConnected, accountId, version, {
    xUserId: '1',
    username: 'acme',
    capabilities: { maxWeightedLength: 280 },
  });
const told = () => context.told().flatMap(([type, data]) => (type === 'account.posts_waiting' ? [data] : []));

test('a lost connection publishes how many posts are held, publishing or due within seven days', async () => {
  await held(-30);
  await held(-2, 'account_limited');
  await dueAt(0, { status: 'publishing' });
  await dueAt(24 * 7 - 1);
  // None of these counts.
  await dueAt(24 * 7 + 1);
  await dueAt(1, { accountId: otherAccountId });
  await dueAt(1, { status: 'cancelled', nextAttemptAt: null });
  await held(1, 'budget_exhausted');
  await context.deps.posts.create(aPost({ id: id() }), author);
  await health(5);
  expect(told()).toEqual([{ lostAt: after(0), waiting: 4, firstDueAt: after(-30) }]);
  expect(() => context.events().map((event) => busEntry(event, 'record', 0))).not.toThrow();
});

test('the number includes all posts when they exceed one page', async () => {
  for (let count = 0; count < 230; count += 1) await dueAt(1);
  await health(5);
  expect(told()).toMatchObject([{ waiting: 230, firstDueAt: after(1) }]);
});

test('a lost connection publishes 0 when no posts wait', async () => {
  await health(5);
  expect(told()).toEqual([{ lostAt: after(0), waiting: 0, firstDueAt: null }]);
});

test.each(['suspended', 'locked', 'limited', 'degraded', 'healthy'])(
  'an account whose health becomes %s publishes nothing',
  async (to) => {
    await dueAt(1);
    await health(5, 0, to);
    expect(told()).toEqual([]);
  },
);

test('losses within a day publish one event, despite redelivery, more waiting posts or a brief recovery', async () => {
  await dueAt(1);
  await health(5);
  await health(5);
  await held(2);
  await health(6, 3, 'healthy');
  await health(7, 4);
  await health(9, 23);
  expect(told()).toHaveLength(1);
  await health(11, 25);
  expect(told()).toHaveLength(2);
});

test('a second loss within a day publishes another event when the account was reconnected in between', async () => {
  await dueAt(24);
  await health(5);
  await connected(6);
  await health(7, 1);
  expect(told()).toMatchObject([{ lostAt: after(0) }, { lostAt: after(1) }]);
});

test('a stale loss publishes nothing once the account has been reconnected or disconnected', async () => {
  await connected(6);
  await health(5);
  await context.happened(AccountDisconnected, accountId, 8, {});
  await health(7);
  expect(told()).toEqual([]);
});
