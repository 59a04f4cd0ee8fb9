import { dayOf } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { PostState } from '../domain/post-state.ts';
import type { DayRollUp } from '../domain/roll-up.ts';
import { quarterMs } from '../domain/roll-up.ts';
import { addPost, addSums, noSums, type Sums } from '../domain/sums.ts';
import type { Dated, DayScope } from '../store/roll-ups.ts';
import type { Span } from './period.ts';

/** What a query covers: a workspace, one of its accounts, a campaign, or an account within a campaign. */
export interface Filter {
  workspaceId: string;
  accountId?: string | undefined;
  campaignId?: string | undefined;
}

/** Posts that were published within one quarter of an hour, added up. */
export interface Cell {
  /** In ms since the epoch. */
  at: number;
  sums: Sums;
}

/** Everything found in a span: cells, the posts that lists can show, and their accounts and campaigns. */
export interface Found {
  cells: Cell[];
  listed: PostState[];
  accountIds: string[];
  campaignIds: string[];
}

/** Finds what was published in a span of time, with one query. */
export const findCells = async (deps: Pick<Deps, 'rollUps'>, filter: Filter, span: Span): Promise<Found> => {
  const { workspaceId, accountId, campaignId } = filter;
  if (campaignId !== undefined) {
    const days = await deps.rollUps.ofCampaign(workspaceId, campaignId);
    const posts = days
      .flatMap(({ content }) => content.posts)
      .filter((post) => isIn(Date.parse(post.publishedAt), span))
      .filter((post) => accountId === undefined || post.accountId === accountId);
    return ofPosts(posts);
  }
  const scope: DayScope = accountId === undefined ? { kind: 'workspace' } : { kind: 'account', accountId };
  const last = dayOf(new Date(span.end - 1));
  return ofDays(await deps.rollUps.days(workspaceId, scope, dayOf(new Date(span.start)), last), span);
};

const isIn = (at: number, { start, end }: Span): boolean => at >= start && at < end;

/** Returns posts one by one, each as a separate cell. */
export const ofPosts = (posts: readonly PostState[]): Found => ({
  cells: posts.map((post) => {
    const sums = noSums();
    addPost(sums, post);
    return { at: Date.parse(post.publishedAt), sums };
  }),
  listed: [...posts],
  accountIds: [...new Set(posts.map(({ accountId }) => accountId))].sort(),
  campaignIds: [...new Set(posts.flatMap(({ campaignId }) => campaignId ?? []))].sort(),
});

const ofDays = (days: readonly Dated<DayRollUp>[], span: Span): Found => {
  const found: Found = { cells: [], listed: [], accountIds: [], campaignIds: [] };
  const [accountIds, campaignIds] = [new Set<string>(), new Set<string>()];
  for (const { day, content } of days) {
    const start = Date.parse(`${day}T00:00:00.000Z`);
    for (const [quarter, sums] of Object.entries(content.cells)) {
      const at = start + Number(quarter) * quarterMs;
      if (isIn(at, span)) found.cells.push({ at, sums });
    }
    found.listed.push(...content.listed.filter(({ publishedAt }) => isIn(Date.parse(publishedAt), span)));
    for (const id of content.accountIds) accountIds.add(id);
    for (const id of content.campaignIds) campaignIds.add(id);
  }
  return { ...found, accountIds: [...accountIds].sort(), campaignIds: [...campaignIds].sort() };
};

/** Adds up all cells. */
export const totalOf = (cells: readonly Cell[]): Sums => {
  const total = noSums();
  for (const { sums } of cells) addSums(total, sums);
  return total;
};

/** Adds up the cells of each bucket. @param buckets in order, without gaps */
export const byBucket = (cells: readonly Cell[], buckets: readonly Span[]): Sums[] => {
  const sums = buckets.map(noSums);
  for (const cell of cells) {
    const place = buckets.findLastIndex(({ start }) => start <= cell.at);
    const bucket = sums[place];
    if (bucket) addSums(bucket, cell.sums);
  }
  return sums;
};
