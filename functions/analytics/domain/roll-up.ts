import * as z from 'zod';
import { AccountId, CampaignId } from '#shared/ids.ts';
import { minuteMs } from '#shared/time.ts';
import { listedOf } from './listed-posts.ts';
import { PostState, statesOf } from './post-state.ts';
import type { ReadingBatch } from './reading.ts';
import { addPost, noSums, Sums } from './sums.ts';

/** All time zones are whole quarters of an hour from UTC: hours and days of any of them are made of these. */
export const quarterMs = 15 * minuteMs;

/** A workspace's or an account's posts of one UTC day, by the time of their publication. */
export const DayRollUp = z.object({
  /** By quarter of an hour, from 0 to 95; those without posts are left out. */
  cells: z.record(z.string(), Sums),
  /** All that lists of the best and the weakest posts can show of this day. */
  listed: z.array(PostState),
  /** The accounts and the campaigns of the posts. */
  accountIds: z.array(AccountId),
  campaignIds: z.array(CampaignId),
});
export type DayRollUp = z.infer<typeof DayRollUp>;

/** A campaign's posts of one UTC day: 2,000 in all at most, so that any grouping is exact. */
export const CampaignDay = z.object({ posts: z.array(PostState) });
export type CampaignDay = z.infer<typeof CampaignDay>;

/** What roll-ups are kept for. */
export type Scope =
  { kind: 'workspace' } | { kind: 'account'; accountId: string } | { kind: 'campaign'; campaignId: string };

/** A day's roll-up, and the number of readings in it: it only grows, so an older one never replaces it. */
export type RolledUp = { basedOn: number } & (
  | { scope: Exclude<Scope, { kind: 'campaign' }>; content: DayRollUp }
  | { scope: Extract<Scope, { kind: 'campaign' }>; content: CampaignDay }
);

/**
 * All roll-ups of a workspace's day from everything that was read of it. The same readings give the same numbers, in
 * whatever order they came: this is also how they are computed again.
 */
export const rollUp = (batches: readonly ReadingBatch[]): RolledUp[] => {
  const posts = statesOf(batches);
  const readings = batches.flatMap((batch) =>
    batch.readings.map(({ campaignId }) => ({ accountId: batch.accountId, campaignId })),
  );
  const accounts = Map.groupBy(posts, ({ accountId }) => accountId);
  const campaigns = Map.groupBy(posts, ({ campaignId }) => campaignId);
  return [
    { scope: { kind: 'workspace' }, basedOn: readings.length, content: dayOfPosts(posts) },
    ...[...accounts].map(([accountId, own]): RolledUp => {
      const basedOn = readings.filter((each) => each.accountId === accountId).length;
      return { scope: { kind: 'account', accountId }, basedOn, content: dayOfPosts(own) };
    }),
    ...[...campaigns].flatMap(([campaignId, own]): RolledUp[] => {
      if (campaignId === null) return [];
      const basedOn = readings.filter((each) => each.campaignId === campaignId).length;
      return [{ scope: { kind: 'campaign', campaignId }, basedOn, content: { posts: own } }];
    }),
  ];
};

const dayOfPosts = (posts: readonly PostState[]): DayRollUp => {
  const cells: Record<string, Sums> = {};
  for (const [quarter, own] of Map.groupBy(posts, ({ publishedAt }) => quarterOf(publishedAt))) {
    const sums = noSums();
    for (const post of own) addPost(sums, post);
    cells[quarter] = sums;
  }
  const accountIds = [...new Set(posts.map(({ accountId }) => accountId))].sort();
  const campaignIds = [...new Set(posts.flatMap(({ campaignId }) => campaignId ?? []))].sort();
  return { cells, listed: listedOf(posts), accountIds, campaignIds };
};

/** The quarter of its UTC day that an instant lies in, from 0 to 95. */
const quarterOf = (at: string): number => Math.floor((Date.parse(at) % (96 * quarterMs)) / quarterMs);
