import type { PostMetrics } from '#events/analytics.ts';
import { PostPublished } from '#events/posts.ts';
import type { TrackedPost } from '#functions/analytics/domain/tracked-post.ts';
import { subscriptions } from '#functions/analytics/subscriptions.ts';
import { tasks } from '#functions/analytics/tasks.ts';
import { newId } from '#shared/ids.ts';
import { owner } from '#test/support/http-event.ts';
import type { MemoryAnalytics } from '#test/support/memory/analytics.ts';
import { deliver, person, runTask } from '../campaigns/drive.ts';

export const { workspaceId } = owner;
export const noon = new Date('2026-11-22T12:00:00.000Z');
export const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';
export const campaignId = 'cmp_01KATJ9V5H8Q3M4N5P6R7S8T9V';

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
export const published = (changes: Partial<TrackedPost> = {}) => {
  const publishedAt = changes.publishedAt ?? noon.toISOString();
  return {
    definition: PostPublished,
    detail: {
      schemaVersion: 1,
      workspaceId,
      entityId: changes.id ?? newId('pst', noon),
      entityVersion: 4,
      occurredAt: publishedAt,
      ...person,
      data: {
        accountId: changes.accountId ?? accountId,
        campaignId: changes.campaignId ?? null,
        xPostIds: changes.xPostIds ?? ['100'],
        dueAt: publishedAt,
        publishedAt,
      },
    },
  };
};

/** Publishes a post; its id. */
export const track = async (memory: MemoryAnalytics, changes: Partial<TrackedPost> = {}): Promise<string> => {
  const event = published(changes);
  await deliver(subscriptions(memory), event);
  return event.detail.entityId;
};

/** Records a reading of posts as the sweep's workflow does. */
export const record = (memory: MemoryAnalytics, postIds: string[], read: object): Promise<unknown> =>
  runTask(tasks(memory), 'analytics.recordSnapshots', { workspaceId, accountId, postIds, read });

/** What accounts read of one X post, or of several. */
export const readAt = (measuredAt: string, ...metrics: (PostMetrics | null)[]) => ({
  outcome: 'read',
  measuredAt,
  posts: metrics.map((each, place) => ({ xPostId: String(100 + place), metrics: each })),
});
