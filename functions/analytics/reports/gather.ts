import { dayMs } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { maxListed, ranked } from '../domain/listed-posts.ts';
import type { Report } from '../domain/report.ts';
import { findCells, type Found, totalOf } from '../totals/cells.ts';
import { type GroupBy, groupsOf } from '../totals/groups.ts';
import { type Span, spanOf } from '../totals/period.ts';
import { label } from './rendering/value.ts';
import type { ListedPost, NamedGroup, NamedWorkspace, ReportData } from './report-data.ts';
import { sortMetricOf } from './sections.ts';

type Needed = Pick<Deps, 'rollUps' | 'posts' | 'accounts' | 'campaigns' | 'now'>;

/** Maximum number of groups that are read: each can take a query, and nobody compares so many. */
const maxGroups = 500;

/** Maximum number of days of all groups together: a step has only seconds. */
const maxGroupDays = 20_000;

const kinds: readonly GroupBy[] = ['account', 'campaign', 'variant'];

/** Reads everything that a report is built from. */
export const gather = async (deps: Needed, report: Report, workspace: NamedWorkspace): Promise<ReportData> => {
  const { definition, period, workspaceId } = report;
  const span = spanOf(period);
  const isOf = (kind: GroupBy): boolean => definition.groupBy.includes(kind);
  const all = await findCells(deps, filterOf(report), span);
  const nameOf = await namesOf(deps, workspaceId, all.accountIds, isOf('campaign') ? all.campaignIds : []);
  const groups: ReportData['groups'] = {};
  for (const kind of kinds) {
    if (isOf(kind)) groups[kind] = await readGroups(deps, report, kind, span, all, nameOf);
  }
  const metric = sortMetricOf(definition);
  const best = ranked(all.listed, metric, 'top').slice(0, maxListed);
  const weakest = ranked(all.listed, metric, 'bottom')
    .filter((post) => !best.includes(post))
    .slice(0, maxListed);
  const [first, last] = await Promise.all(
    [best, weakest].map(async (posts) => listed(deps, workspaceId, posts, nameOf)),
  );
  return { workspace, madeAt: deps.now(), cells: all.cells, groups, best: first ?? [], weakest: last ?? [] };
};

const filterOf = ({ workspaceId, definition: { accountId, campaignId } }: Report) => ({
  workspaceId,
  accountId: accountId ?? undefined,
  campaignId: campaignId ?? undefined,
});

type NameOf = (id: string) => string;

/** Names of accounts and campaigns; the id where none is known. */
const namesOf = async (
  deps: Needed,
  workspaceId: string,
  accountIds: readonly string[],
  campaignIds: readonly string[],
): Promise<NameOf> => {
  const [accounts, campaigns] = await Promise.all([
    deps.accounts.findAll(workspaceId, accountIds),
    deps.campaigns.findAll(workspaceId, campaignIds),
  ]);
  const names = new Map([
    ...accounts.map(({ accountId, username }) => [accountId, `@${username}`] as const),
    ...campaigns.flatMap(({ campaignId, name }) => (name === null ? [] : [[campaignId, name] as const])),
  ]);
  // Normalized as in documents: names that look the same are the same.
  return (id) => label.safeParse(names.get(id)).data ?? id;
};

const readGroups = async (
  deps: Needed,
  report: Report,
  kind: GroupBy,
  span: Span,
  all: Found,
  nameOf: NameOf,
): Promise<readonly NamedGroup[] | number> => {
  const count = { account: all.accountIds.length, campaign: all.campaignIds.length, variant: 0 }[kind];
  if (count > maxGroups || (count * (span.end - span.start)) / dayMs > maxGroupDays) return count;
  const groups = await groupsOf(deps, filterOf(report), kind, span, all);
  const named = groups
    .map(({ group, cells }) => ({ id: group, name: nameOf(group), sums: totalOf(cells) }))
    .filter(({ sums }) => sums.published > 0);
  const uses = Map.groupBy(named, ({ name }) => name);
  // Charts and people tell groups apart by name, so a shared name gets the id.
  return named.map(({ id, name, sums }) => ({
    name: (uses.get(name)?.length ?? 0) > 1 ? `${name} (${id})` : name,
    sums,
  }));
};

/** Returns the posts with their URLs on X, for which the X id is enough. */
const listed = async (
  { posts: tracked }: Needed,
  workspaceId: string,
  posts: Found['listed'],
  nameOf: NameOf,
): Promise<ListedPost[]> => {
  const known = await tracked.findAll(
    workspaceId,
    posts.map(({ postId }) => postId),
  );
  const xPostIds = new Map(known.map(({ id, xPostIds: [first] }) => [id, first]));
  return posts.map((post) => {
    const xPostId = xPostIds.get(post.postId);
    const url = xPostId === undefined ? undefined : `https://x.com/i/status/${xPostId}`;
    return { post, account: nameOf(post.accountId), url };
  });
};
