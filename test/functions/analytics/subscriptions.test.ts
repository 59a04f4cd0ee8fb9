import { expect, test } from 'vitest';
import { accountId, campaignId, harness, metricsOf, noon, published, readAt, workspaceId } from './harness.ts';

test('a published post is tracked from its publication on', async () => {
  const context = harness();
  const event = published({ campaignId, xPostIds: ['1', '2'] });
  await context.deliver(event);
  expect(await context.deps.posts.find(workspaceId, event.detail.entityId)).toMatchObject({
    accountId,
    campaignId,
    xPostIds: ['1', '2'],
    publishedAt: noon.toISOString(),
    nextSweepAt: noon.toISOString(),
    latest: null,
  });
});

test('hearing of it again does not undo what was read meanwhile', async () => {
  const context = harness();
  const event = published();
  await context.deliver(event);
  await context.record([event.detail.entityId], readAt(noon.toISOString(), metricsOf(1)));
  await context.deliver(event);
  expect((await context.deps.posts.find(workspaceId, event.detail.entityId))?.latest).not.toBeNull();
});
