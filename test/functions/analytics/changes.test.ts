import { expect, test } from 'vitest';
import { eventsFor } from '#functions/analytics/changes.ts';
import { instantAfter } from '#shared/time.ts';
import { campaignId, harness, metricsOf, noon, readAt } from './harness.ts';

test('a post tells each new reading once, and nothing of a new time for the next', async () => {
  const context = harness();
  const id = await context.track({ campaignId });
  await context.record([id], readAt(noon.toISOString(), metricsOf(1)));
  const later = instantAfter(noon, 60_000);
  await context.record([id], { outcome: 'rate_limited', retryAt: later });
  await context.record([id], readAt(later, metricsOf(1)));
  const told = context.events().map(({ definition, detail }) => [definition.type, detail.entityId, detail.data]);
  expect(told).toEqual([
    ['post.metrics_updated', id, { campaignId, measuredAt: noon.toISOString(), metrics: metricsOf(1) }],
    ['post.metrics_updated', id, { campaignId, measuredAt: later, metrics: metricsOf(1) }],
  ]);
});

test('other items, and what is gone, tell nothing', () => {
  expect(eventsFor({ before: undefined, after: { type: 'snapshots' } })).toEqual([]);
  expect(eventsFor({ before: { type: 'tracked_post' }, after: undefined })).toEqual([]);
});
