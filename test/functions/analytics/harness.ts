import * as z from 'zod';
import type { PostMetrics } from '#events/analytics.ts';
import { PostPublished } from '#events/posts.ts';
import type { LinkClicks, Reading } from '#events/reading.ts';
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
import { countingTable } from '#test/support/memory/write-units.ts';

export const { workspaceId } = owner;
export const noon = new Date('2026-11-22T12:00:00.000Z');
export const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';
export const campaignId = 'cmp_01KATJ9V5H8Q3M4N5P6R7S8T9V';

const Batch = z.object({
  workspaceId: z.string(),
  accountId: z.string(),
  postIds: z.array(z.string()),
  xPostIds: z.array(z.string()),
});
const Page = z.object({
  outcome: z.enum(['more', 'done', 'busy']),
  page: z.int(),
  batches: z.array(Batch),
  days: z.array(z.object({ workspaceId: z.string(), day: z.string() })),
  progress: z.record(z.string(), z.string()),
  deferred: z.array(z.object({ pk: z.string(), sk: z.string() })),
});
type Page = z.infer<typeof Page>;
type Batch = z.infer<typeof Batch>;

/** The answer of X to a lookup. */
export type X = (batch: Batch) => Reading;

/** Analytics as Lambda invokes it, over a table in memory. `ready` is the readiness check of the table. */
export const harness = (start: Date | string = noon, ready = answering) => {
  const clock = clockAt(start);
  const units = new Map<string, number>();
  const deps = memoryAnalytics(clock.now, (table) => countingTable(table, units));
  const context = contextHarness(deps, clock, eventsFor, {
    context: 'analytics',
    routes: routes(deps, ready),
    subscriptions: async () => subscriptions(deps),
    tasks: tasks(deps),
  });
  let executions = 0;
  const due = async (page: number, execution: string, limits?: object): Promise<Page> =>
    Page.parse(await context.run('analytics.dueBatches', { page, limits }, execution));
  const record = (
    { workspaceId: of, accountId: by, postIds }: Batch,
    read: object,
    clicks: LinkClicks = [],
  ): Promise<unknown> =>
    context.run('analytics.recordSnapshots', { workspaceId: of, accountId: by, postIds, read, clicks });

  return {
    ...context,
    /** Write units so far, by the kind of the item. */
    units,
    due,
    /** Publishes a post and returns its id. */
    track: async (changes: Partial<TrackedPost> = {}): Promise<string> => {
      const event = published(changes);
      await context.deliver(event);
      return event.detail.entityId;
    },
    /** Records a reading of posts as the sweep's workflow does. */
    record: (postIds: string[], read: object): Promise<unknown> =>
      record({ workspaceId, accountId, postIds, xPostIds: [] }, read),
    /** Carries out a whole sweep as its workflow does; returns its lookups. */
    sweep: async (x: X, limits?: object, clicks?: LinkClicks): Promise<Batch[]> => {
      const execution = `arn:sweep-${(executions += 1)}`;
      const made: Batch[] = [];
      for (let page = 0; ;) {
        const { outcome, batches, days, progress, deferred, page: next } = await due(page, execution, limits);
        if (outcome === 'busy') return made;
        for (const batch of batches) await record(batch, x(batch), clicks);
        for (const each of days) await context.run('analytics.rollUpDay', each);
        const close = { page: next, outcome, progress, deferred };
        const closed = z
          .object({ isMore: z.boolean() })
          .parse(await context.run('analytics.closePage', close, execution));
        made.push(...batches);
        if (!closed.isMore) return made;
        page = next;
      }
    },
    /** X with the counters that `metrics` gives each post at the current time. */
    x:
      (metrics: (xPostId: string, at: Date) => PostMetrics = () => metricsOf(1)): X =>
      ({ xPostIds }) => ({
        outcome: 'read',
        measuredAt: clock.now().toISOString(),
        posts: xPostIds.map((xPostId) => ({ xPostId, metrics: metrics(xPostId, clock.now()) })),
      }),
  };
};

export type Harness = ReturnType<typeof harness>;

/** Counters that are all `count`; `clicks` is null if X does not provide them. */
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

/** The event of a published post, by default at noon. */
export const published = (changes: Partial<TrackedPost> = {}): DomainEvent => {
  const publishedAt = changes.publishedAt ?? noon.toISOString();
  const data = {
    accountId: changes.accountId ?? accountId,
    campaignId: changes.campaignId ?? null,
    xPostIds: changes.xPostIds ?? ['100'],
    dueAt: changes.dueAt ?? publishedAt,
    publishedAt,
    costMicros: changes.costMicros ?? 0,
    format: changes.format ?? null,
  };
  return anEvent(PostPublished, changes.id ?? newId('pst', noon), 4, data, publishedAt);
};

/** What accounts read of one or several X posts. */
export const readAt = (measuredAt: string, ...metrics: (PostMetrics | null)[]) => ({
  outcome: 'read',
  measuredAt,
  posts: metrics.map((each, place) => ({ xPostId: String(100 + place), metrics: each })),
});
