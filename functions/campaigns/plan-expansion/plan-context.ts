import { findReference, patienceFor } from '#shared/events/reference.ts';
import { dayMs, instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { KnownPost } from '../domain/known-post.ts';
import type { Plan } from '../domain/plan.ts';
import { contentsIn } from './content.ts';
import type { PlanContext } from './context.ts';
import { launchedAmong } from './launched-among.ts';

/** What else goes out is looked at from a day ago until this many days ahead: plans reach no further. */
const daysAhead = 400;

/** The posts of these ids that are known, where news of a new one may still be on its way. */
export const knownPosts = async (
  { posts, now, patience }: Pick<Deps, 'posts' | 'now' | 'patience'>,
  workspaceId: string,
  postIds: readonly string[],
): Promise<Map<string, KnownPost>> => {
  const found = await posts.findAll(workspaceId, postIds);
  const newest = postIds
    .filter((id) => !found.has(id))
    .toSorted()
    .at(-1);
  if (newest === undefined) return found;
  const missing = postIds.filter((id) => !found.has(id));
  await findReference(
    async () => {
      for (const [id, post] of await posts.findAll(workspaceId, missing)) found.set(id, post);
      return missing.every((id) => found.has(id)) ? true : undefined;
    },
    patienceFor(newest, now(), patience),
  );
  return found;
};

/**
 * What a plan needs to know of the rest of the workspace.
 * @param campaignId whose own slots do not count as taken
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
  // The slots of a campaign that was cancelled, or whose launch came to nothing, take no time from others.
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

/** What is known of templates; news of one that was made a moment ago may still be on its way. @param templateIds each once */
export const knownTemplates = async (
  { content, now, patience }: Pick<Deps, 'content' | 'now' | 'patience'>,
  workspaceId: string,
  templateIds: readonly string[],
) => {
  const newest = templateIds.toSorted().at(-1);
  if (newest === undefined) return [];
  const find = () => content.templates(workspaceId, templateIds);
  const all = async () => {
    const found = await find();
    return found.length === templateIds.length ? found : undefined;
  };
  return (await findReference(all, patienceFor(newest, now(), patience))) ?? find();
};
