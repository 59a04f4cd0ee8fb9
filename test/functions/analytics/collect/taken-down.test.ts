import { expect, test } from 'vitest';
import { PostTakenDown } from '#events/accounts.ts';
import { getPostMetrics } from '#functions/analytics/metrics/contract.ts';
import { harness } from '../harness.ts';

const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';

test('a post that X reports as deleted becomes deleted, a thread with a part left stays delayed', async () => {
  const context = harness(new Date('2026-11-22T12:00:00.000Z'));
  const postId = await context.track({ accountId, xPostIds: ['1'] });
  const threadId = await context.track({ accountId, xPostIds: ['2', '3'] });
  await context.happened(PostTakenDown, '1', 1, { accountId, postId });
  await context.happened(PostTakenDown, '2', 1, { accountId, postId: threadId });
  const availabilityOf = async (id: string) =>
    (await context.ask(getPostMetrics, getPostMetrics.response, { path: { postId: id } })).body.availability;
  expect(await availabilityOf(postId)).toBe('deleted');
  expect(await availabilityOf(threadId)).toBe('delayed');
});
