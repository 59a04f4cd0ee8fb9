import { expect, test } from 'vitest';
import { eventsFor } from '#functions/analytics/changes.ts';
import { instantAfter } from '#shared/time.ts';
import { memoryAnalytics } from '#test/support/memory/analytics.ts';
import { campaignId, metricsOf, noon, readAt, record, track } from './harness.ts';

test('a post tells each new reading once, and nothing of a new time for the next', async () => {
  const memory = memoryAnalytics(() => noon);
  const id = await track(memory, { campaignId });
  await record(memory, [id], readAt(noon.toISOString(), metricsOf(1)));
  const later = instantAfter(noon, 60_000);
  await record(memory, [id], { outcome: 'rate_limited', retryAt: later });
  await record(memory, [id], readAt(later, metricsOf(1)));
  const told = memory.changes
    .flatMap(eventsFor)
    .map(({ definition, detail }) => [definition.type, detail.entityId, detail.data]);
  expect(told).toEqual([
    ['post.metrics_updated', id, { campaignId, measuredAt: noon.toISOString(), metrics: metricsOf(1) }],
    ['post.metrics_updated', id, { campaignId, measuredAt: later, metrics: metricsOf(1) }],
  ]);
});

test('other items, and what is gone, tell nothing', () => {
  expect(eventsFor({ before: undefined, after: { type: 'snapshots' } })).toEqual([]);
  expect(eventsFor({ before: { type: 'tracked_post' }, after: undefined })).toEqual([]);
});
