import type { PostMetrics } from '#events/analytics.ts';
import { PostPublished } from '#events/posts.ts';
import { eventsFor } from '#functions/analytics/changes.ts';
import type { TrackedPost } from '#functions/analytics/domain/tracked-post.ts';
import { routes } from '#functions/analytics/routes.ts';
import { subscriptions } from '#functions/analytics/subscriptions.ts';
import { tasks } from '#functions/analytics/tasks.ts';
import type { DomainEvent } from '#shared/events/event.ts';
import { newId } from '#shared/ids.ts';
import { anEvent, answering, clockAt, contextHarness } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { memoryAnalytics } from '#test/support/memory/analytics.ts';

export const { workspaceId } = owner;
export const noon = new Date('2026-11-22T12:00:00.000Z');
export const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';
export const campaignId = 'cmp_01KATJ9V5H8Q3M4N5P6R7S8T9V';

/** Analytics as Lambda wakes it, over a table in memory. */
export const harness = (start: Date | string = noon) => {
  const clock = clockAt(start);
  const deps = memoryAnalytics(clock.now);
  const context = contextHarness(deps, clock, eventsFor, {
    context: 'analytics',
    routes: routes(deps, answering),
    subscriptions: async () => subscriptions(deps),
    tasks: tasks(deps),
  });
  return {
    ...context,
    /** Publishes a post; its id. */
    track: async (changes: Partial<TrackedPost> = {}): Promise<string> => {
      const event = published(changes);
      await context.deliver(event);
      return event.detail.entityId;
    },
    /** Records a reading of posts as the sweep's workflow does. */
    record: (postIds: string[], read: object): Promise<unknown> =>
      context.run('analytics.recordSnapshots', { workspaceId, accountId, postIds, read }),
  };
};

export type Harness = ReturnType<typeof harness>;

/** Counters of which each is `count`, the clicks unless X does not tell them. */
export const metricsOf = (count: number, clicks: number | null = count): PostMetrics => ({
  impressions: count,
  likes: count,
  reposts: count,
  replies: count,
  quotes: count,
  bookmarks: count,
  urlClicks: clicks,
  profileClicks: clicks,
});

/** What posts tell when one is out, at noon unless another time is given. */
export const published = (changes: Partial<TrackedPost> = {}): DomainEvent => {
  const publishedAt = changes.publishedAt ?? noon.toISOString();
  const data = {
    accountId: changes.accountId ?? accountId,
    campaignId: changes.campaignId ?? null,
    xPostIds: changes.xPostIds ?? ['100'],
    dueAt: publishedAt,
    publishedAt,
  };
  return anEvent(PostPublished, changes.id ?? newId('pst', noon), 4, data, publishedAt);
};

/** What accounts read of one X post, or of several. */
export const readAt = (measuredAt: string, ...metrics: (PostMetrics | null)[]) => ({
  outcome: 'read',
  measuredAt,
  posts: metrics.map((each, place) => ({ xPostId: String(100 + place), metrics: each })),
});
