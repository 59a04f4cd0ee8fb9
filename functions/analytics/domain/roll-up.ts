import * as z from 'zod';
import { AccountId, CampaignId } from '#shared/ids.ts';
import { minuteMs } from '#shared/time.ts';
import { listedOf } from './listed-posts.ts';
import { PostState, statesOf } from './post-state.ts';
import type { ReadingBatch } from './reading.ts';
import { addPost, noSums, Sums } from './sums.ts';

/**
 * A quarter of an hour. All time zones are whole quarters from UTC, so that hours and days in any of them consist of
 * these.
 */
export const quarterMs = 15 * minuteMs;

/** A workspace's or an account's posts of one UTC day, by the time of their publication. */
export const DayRollUp = z.object({
  /** By quarter of an hour, from 0 to 95; those without posts are left out. */
  cells: z.record(z.string(), Sums),
  /** The posts of this day that lists of the best and the weakest posts can show. */
  listed: z.array(PostState),
  /** The accounts and the campaigns of the posts. */
  accountIds: z.array(AccountId),
  campaignIds: z.array(CampaignId),
});
export type DayRollUp = z.infer<typeof DayRollUp>;

/** A campaign's posts of one UTC day, one by one, so that any grouping is exact: a campaign has at most 2,000. */
export const CampaignDay = z.object({ posts: z.array(PostState) });
export type CampaignDay = z.infer<typeof CampaignDay>;

/** What a roll-up covers. */
export type Scope =
  { kind: 'workspace' } | { kind: 'account'; accountId: string } | { kind: 'campaign'; campaignId: string };

/**
 * A day's roll-up, and the number of readings in it. The number only grows, so an older roll-up never replaces a newer
 * one.
 */
export type RolledUp = { basedOn: number } & (
  | { scope: Exclude<Scope, { kind: 'campaign' }>; content: DayRollUp }
  | { scope: Extract<Scope, { kind: 'campaign' }>; content: CampaignDay }
);

/**
 * Returns all roll-ups of a workspace's day from all its readings. The same readings give the same numbers in any
 * order, so that roll-ups can be recomputed.
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

/** Returns the quarter of an hour that an instant is in, from 0 to 95 within its UTC day. */
const quarterOf = (at: string): number => Math.floor((Date.parse(at) % (96 * quarterMs)) / quarterMs);
