import { dayMs, instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { Campaign } from '../domain/campaign.ts';
import type { Plan } from '../domain/plan.ts';
import type { Slot } from '../domain/slot.ts';
import { knownPosts, knownTemplates } from '../read-content.ts';
import { contentsIn } from './content.ts';
import type { PlanContext, Taken } from './context.ts';
import { launchedAmong } from './launched-among.ts';

/** Other publications are read from a day ago until this many days ahead; plans reach no further. */
const daysAhead = 400;

/**
 * Reads what expanding a plan needs from the rest of the workspace.
 * @param campaignId campaign whose own slots do not count as taken
 */
export const planContext = async (
  deps: Pick<Deps, 'campaigns' | 'posts' | 'content' | 'times' | 'now' | 'patience'>,
  workspaceId: string,
  campaignId: string,
  plan: Plan,
): Promise<PlanContext> => {
  const contents = contentsIn(plan);
  const accountIds = [...new Set(plan.tracks.flatMap((track) => track.accountIds))];
  const postIds = [...new Set(contents.flatMap((each) => (each.kind === 'post' ? [each.postId] : [])))];
  const templateIds = [...new Set(contents.flatMap((each) => (each.kind === 'template' ? [each.templateId] : [])))];
  const at = deps.now();
  const [known, queues, templates, times] = await Promise.all([
    knownPosts(deps, workspaceId, postIds),
    deps.content.queues(workspaceId, accountIds),
    knownTemplates(deps, workspaceId, templateIds),
    deps.times.between(workspaceId, accountIds, instantAfter(at, -dayMs), instantAfter(at, daysAhead * dayMs)),
  ]);
  const others = times.filter((each) => each.campaignId !== campaignId);
  // Slots of campaigns that were cancelled, or whose launch failed, take no time from others.
  const launched = await launchedAmong(
    deps,
    workspaceId,
    others.flatMap((each) => each.campaignId ?? []),
  );
  return {
    queues,
    taken: others.filter((each) => each.campaignId === null || launched.has(each.campaignId)),
    accountOfPost: new Map(
      [...known].flatMap(([id, { status, accountId }]) => (status === 'deleted' ? [] : [[id, accountId]])),
    ),
    requiredValues: new Map(templates.map(({ templateId, requiredVariables }) => [templateId, requiredVariables])),
  };
};

/**
 * Other recent and planned publications on the accounts of a campaign, and its own published slots.
 * @param own its slots
 */
export const takenBeside = async (
  { times, now }: Pick<Deps, 'times' | 'now'>,
  { workspaceId, id }: Campaign,
  own: readonly Slot[],
): Promise<Taken[]> => {
  const accountIds = [...new Set(own.map(({ accountId }) => accountId))];
  const [from, to] = [instantAfter(now(), -dayMs), instantAfter(now(), daysAhead * dayMs)];
  const others = await times.between(workspaceId, accountIds, from, to);
  const out = own.filter(({ publishedAt }) => publishedAt !== null);
  return [
    ...others.filter(({ campaignId }) => campaignId !== id),
    ...out.map(({ accountId, publishAt, publishedAt }) => ({
      accountId,
      publishAt: publishedAt ?? publishAt,
    })),
  ];
};
