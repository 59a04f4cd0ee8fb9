import { expect, test } from 'vitest';
import { subscriptions } from '#functions/analytics/subscriptions.ts';
import { memoryAnalytics } from '#test/support/memory/analytics.ts';
import { deliver } from '../campaigns/drive.ts';
import { accountId, campaignId, metricsOf, noon, published, readAt, record, workspaceId } from './harness.ts';

test('a published post is tracked from its publication on', async () => {
  const memory = memoryAnalytics(() => noon);
  const event = published({ campaignId, xPostIds: ['1', '2'] });
  await deliver(subscriptions(memory), event);
  expect(await memory.posts.find(workspaceId, event.detail.entityId)).toMatchObject({
    accountId,
    campaignId,
    xPostIds: ['1', '2'],
    publishedAt: noon.toISOString(),
    nextSweepAt: noon.toISOString(),
    latest: null,
  });
});

test('hearing of it again does not undo what was read meanwhile', async () => {
  const memory = memoryAnalytics(() => noon);
  const event = published();
  await deliver(subscriptions(memory), event);
  await record(memory, [event.detail.entityId], readAt(noon.toISOString(), metricsOf(1)));
  await deliver(subscriptions(memory), event);
  expect((await memory.posts.find(workspaceId, event.detail.entityId))?.latest).not.toBeNull();
});
