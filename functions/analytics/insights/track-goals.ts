import type { Author } from '#shared/actor.ts';
import { dayMs, dayOf, hourMs } from '#shared/time.ts';
import { alertMembers } from '../alerts/alert-members.ts';
import type { Deps } from '../deps.ts';
import { trackedMetric } from '../domain/goal-metrics.ts';
import type { GoalStatus, InsightMetric } from '../domain/insight-details.ts';
import { goalOf, isDecided } from '../domain/kept-insight.ts';
import type { ObservedPost } from '../domain/observed-post.ts';
import { trackGoal } from './goal-tracking.ts';
import { keepInsight } from './keep-insight.ts';
import { observedInCampaign } from './observed-posts.ts';
import { countOf, maturityHours } from './post-outcomes.ts';

/** Campaigns are added up by UTC days. */
const timeZone = 'UTC';

/** Whether a status of a goal raises alerts. */
const isInDanger = (status: GoalStatus | undefined): boolean =>
  status === 'at_risk' || status === 'will_be_missed' || status === 'missed';

/** Tracks the goals of a campaign from its first publication to the last slot of its plan, and stores their state. */
export const trackGoals = async (
  deps: Deps,
  { workspaceId, campaignId }: { workspaceId: string; campaignId: string },
  author: Author,
): Promise<void> => {
  const [campaign, endsAt] = await Promise.all([
    deps.campaigns.find(workspaceId, campaignId),
    deps.campaigns.findEnd(workspaceId, campaignId),
  ]);
  if (!campaign || endsAt === null) return;
  for (const { metric: name, target } of campaign.goals) {
    const metric = trackedMetric(name);
    if (metric === undefined) continue;
    const known = await deps.insights.find(workspaceId, campaignId, 'goal', metric);
    const before = known && goalOf(known)?.details;
    if (before?.target === target && isDecided(before.status)) continue;
    await track(deps, { workspaceId, campaignId, metric, target, until: dayOf(new Date(endsAt)) }, author);
  }
};

interface Tracked {
  workspaceId: string;
  campaignId: string;
  metric: InsightMetric;
  target: number;
  until: string;
}

const track = async (
  deps: Deps,
  { workspaceId, campaignId, metric, target, until }: Tracked,
  author: Author,
): Promise<void> => {
  const now = deps.now();
  const posts = await observedInCampaign(deps, workspaceId, campaignId, now);
  const [first] = posts.map(({ publishedAt }) => publishedAt).sort();
  if (first === undefined) return;
  const from = dayOf(new Date(first));
  const progress = progressOf(posts, metric, target, now);
  const goal = { target, from, until: until < from ? from : until, progress };
  const subject = { type: 'campaign' as const, campaignId };
  const answer = trackGoal(posts, { subject, goal, metric, timeZone, now });
  await keepInsight(deps, { workspaceId, subject, kind: 'goal', metric, answer }, author, async (before) => {
    const [was, is] = [before && goalOf(before), goalOf({ answer })];
    const isKnown = was?.details.status === is?.details.status && was?.details.target === target;
    if (!is || isKnown || !isInDanger(is.details.status)) return;
    const about = { key: `goal-${campaignId}-${metric}`, kind: 'goal' as const, accountId: null, campaignId };
    await alertMembers(deps, workspaceId, { ...about, statement: is.statement }, author);
  });
};

/**
 * Returns the progress of a goal: all posts if they reach the target, otherwise the days that are fully counted, so
 * that the rest is forecast.
 */
const progressOf = (posts: readonly ObservedPost[], metric: InsightMetric, target: number, now: Date) => {
  const totalOf = (some: readonly ObservedPost[]): number =>
    some.reduce((sum, post) => sum + (countOf(post.metrics, metric) ?? 0), 0);
  if (totalOf(posts) >= target) return { total: totalOf(posts), through: dayOf(now) };
  const through = dayOf(new Date(now.getTime() - maturityHours * hourMs - dayMs));
  return { total: totalOf(posts.filter(({ publishedAt }) => dayOf(new Date(publishedAt)) <= through)), through };
};
