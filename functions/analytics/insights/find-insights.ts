import type { Author } from '#shared/actor.ts';
import { dayMs, dayOf } from '#shared/time.ts';
import { alertMembers } from '../alerts/alert-members.ts';
import type { Deps } from '../deps.ts';
import type { InsightAnswer } from '../domain/insight.ts';
import { newFindingsIn } from '../domain/kept-insight.ts';
import type { ObservedPost } from '../domain/observed-post.ts';
import { defaultZone } from '../domain/posting-rules.ts';
import { anomalies } from './anomalies.ts';
import { bestTimes } from './best-times.ts';
import { fatigue } from './fatigue.ts';
import { keepInsight } from './keep-insight.ts';
import { observedPosts } from './observed-posts.ts';
import { traits } from './traits.ts';

/** Metric of the daily analysis; others are available on request. */
const metric = 'engagements';

/** Anomalies that ended longer ago are left out. */
const newsMs = 7 * dayMs;

/** An account with fewer posts also learns its times from other accounts of the workspace, at most this many. */
const enoughAlone = 200;
const mostOthers = 4;

/** Returns the time zone and posting rules of an account, or the defaults. */
export const rulesOf = async ({ postingRules }: Pick<Deps, 'postingRules'>, workspaceId: string, accountId: string) =>
  (await postingRules.find(workspaceId, accountId)) ?? { timeZone: defaultZone, rules: [] };

/** Returns posts of other accounts of the workspace if an account has too few of its own. */
export const postsOfOthers = async (
  deps: Deps,
  { workspaceId, accountId }: { workspaceId: string; accountId: string },
  own: readonly ObservedPost[],
): Promise<ObservedPost[]> => {
  if (own.length >= enoughAlone) return [];
  const others = (await deps.accounts.idsOf(workspaceId)).filter((each) => each !== accountId).slice(0, mostOthers);
  const found: ObservedPost[] = [];
  for (const other of others) {
    found.push(...(await observedPosts(deps, { workspaceId, accountId: other }, deps.now())));
  }
  return found;
};

/** Analyses the posts of an account and stores the answers; new anomalies raise alerts. */
export const findInsights = async (
  deps: Deps,
  account: { workspaceId: string; accountId: string },
  author: Author,
): Promise<void> => {
  const { workspaceId, accountId } = account;
  const now = deps.now();
  const { timeZone, rules } = await rulesOf(deps, workspaceId, accountId);
  const posts = await observedPosts(deps, account, now, true);
  const others = await postsOfOthers(deps, account, posts);
  const subject = { type: 'account' as const, accountId };
  const options = { accountId, metric, timeZone, now } as const;
  const since = new Date(now.getTime() - newsMs);
  const answers = [
    { kind: 'best_time', answer: bestTimes([...posts, ...others], { ...options, rules }) },
    { kind: 'trait', answer: traits(posts, { subject, metric, timeZone, now }) },
    { kind: 'anomaly', answer: anomalies(posts, { ...options, since, seed: `${accountId}/${dayOf(now)}` }) },
    { kind: 'fatigue', answer: fatigue(posts, { ...options, contentOf: ({ templateId }) => templateId }) },
  ] as const;
  for (const { kind, answer } of answers) {
    await keepInsight(deps, { workspaceId, subject, kind, metric, answer }, author, async (before) => {
      if (kind === 'anomaly') await tell(deps, account, newFindingsIn(before?.seen, answer), author);
    });
  }
};

/** Alerts those who asked for it to the latest unusual result. */
const tell = async (
  deps: Deps,
  { workspaceId, accountId }: { workspaceId: string; accountId: string },
  found: Extract<InsightAnswer, { outcome: 'found' }>['insights'],
  author: Author,
): Promise<void> => {
  const [latest] = found;
  if (!latest) return;
  const about = { key: `anomaly-${accountId}`, kind: 'anomaly' as const, accountId, campaignId: null };
  await alertMembers(deps, workspaceId, { ...about, statement: latest.statement }, author);
};
