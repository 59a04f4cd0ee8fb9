import type { Deps } from '../deps.ts';
import { type Cell, type Filter, findCells, type Found, ofPosts } from './cells.ts';
import type { Span } from './period.ts';

/** Property by which posts are grouped. */
export type GroupBy = 'account' | 'campaign' | 'variant';

/** A group of posts, by the id of their account or campaign, or the key of their variant. */
export interface Group {
  group: string;
  cells: Cell[];
}

/** How many groups are read concurrently, each with a separate query. */
const readsAtATime = 25;

/**
 * Groups what was published in a span; posts without the property are left out.
 * @param all everything that the filter finds in the span
 */
export const groupsOf = async (
  deps: Pick<Deps, 'rollUps'>,
  filter: Filter,
  groupBy: GroupBy,
  span: Span,
  all: Found,
): Promise<Group[]> => {
  const isOfCampaign = filter.campaignId !== undefined;
  switch (groupBy) {
    case 'account':
      if (isOfCampaign) return byProperty(all, ({ accountId }) => accountId);
      return each(all.accountIds, async (accountId) => findCells(deps, { ...filter, accountId }, span));
    case 'campaign':
      return each(all.campaignIds, async (campaignId) => findCells(deps, { ...filter, campaignId }, span));
    case 'variant':
      return byProperty(all, ({ variant }) => variant);
  }
};

type Post = Found['listed'][number];

const byProperty = ({ listed }: Found, groupOf: (post: Post) => string | null): Group[] =>
  [...Map.groupBy(listed, groupOf)].flatMap(([group, own]) =>
    group === null ? [] : [{ group, cells: ofPosts(own).cells }],
  );

const each = async (ids: readonly string[], find: (id: string) => Promise<Found>): Promise<Group[]> => {
  const groups: Group[] = [];
  for (let from = 0; from < ids.length; from += readsAtATime) {
    const some = ids.slice(from, from + readsAtATime);
    groups.push(...(await Promise.all(some.map(async (group) => ({ group, cells: (await find(group)).cells })))));
  }
  return groups;
};
