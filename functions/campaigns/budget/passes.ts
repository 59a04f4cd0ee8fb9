import { isDeepStrictEqual } from 'node:util';
import { type PermitOutcome, sendLeaseMs } from '#events/publishing.ts';
import type { Author } from '#shared/actor.ts';
import { lostUpdate, retryOnLostUpdate } from '#shared/entities.ts';
import { instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { Amount } from '../domain/budget.ts';
import { type Campaign, permitOf, take } from '../domain/campaign.ts';
import type { KnownPostStatus } from '../domain/known-post.ts';
import { type Pass, passOf } from '../domain/pass.ts';
import { mayPublish } from './may-publish.ts';
import { minus, nothing, roomFor } from './reserve.ts';
import { type ClaimedContent, claimedCostOf } from './x-cost.ts';

interface Asked {
  workspaceId: string;
  campaignId: string;
  postId: string;
  timeSetAt: string | null;
  /** What is to be published; undefined in executions from before this was passed. */
  content?: ClaimedContent | undefined;
}

/** Maximum attempts to count a post in the spending; each lost one was due to another post of the campaign. */
const maxAttempts = 12;

/**
 * Decides right before a post is published whether its campaign permits it. The pass is written before the campaign is
 * read for the last time, while a pause writes the campaign before it reads the passes: whichever comes second sees the
 * other. The pass reserves the post's cost under the caps of the budget, so that posts due at the same time cannot
 * exceed them together; at a cap, the campaign pauses with a reason.
 * @throws DomainError `changed_meanwhile` if too many write at the same time; the workflow retries
 */
export const permit = async (deps: Deps, asked: Asked, author: Author): Promise<PermitOutcome> =>
  retryOnLostUpdate(async () => permitOnce(deps, asked, author), { maxAttempts });

const permitOnce = async (deps: Deps, asked: Asked, author: Author): Promise<PermitOutcome> => {
  const { workspaceId, campaignId, postId, timeSetAt, content } = asked;
  const campaign = await deps.campaigns.find(workspaceId, campaignId);
  if (!campaign) return { outcome: 'cancelled' };
  const word = permitOf(campaign, timeSetAt, await cancelledAtOf(deps, campaign));
  // A campaign that has ended no longer counts the posts that it permits because their time was set later.
  if (word !== 'permitted' || campaign.status !== 'running') return answer(word, deps.now());

  const [before, post, spending] = await Promise.all([
    deps.passes.find(asked),
    deps.posts.find(workspaceId, postId),
    deps.passes.spending(asked),
  ]);
  // The event of a drop may still be on its way to the post.
  const letGoAt = post?.taken?.campaignId === campaignId ? post.taken.letGoAt : null;
  if (letGoAt !== null && !(timeSetAt !== null && Date.parse(timeSetAt) > Date.parse(letGoAt))) {
    return { outcome: 'cancelled' };
  }
  const { posts, texts: textMicros } = content
    ? claimedCostOf(content, deps.now())
    : { posts: post?.taken?.micros ?? 0, texts: 0 };
  const micros = posts + textMicros;
  const pass = passOf({ workspaceId, campaignId, postId, micros, textMicros }, deps.now(), deps.settleMs);
  const cost = { micros, posts: 1 };
  const held = countedFor(before);
  const spent = spending ?? nothing;
  const decision = mayPublish(campaign.budget, spent, cost, held);
  if (decision.outcome === 'pause') {
    await pauseFor(deps, campaign, decision.reason, author);
    return { outcome: 'paused' };
  }
  const room = campaign.budget ? roomFor(campaign.budget, cost, held) : { micros: null, posts: null };
  const counted = { by: minus(cost, held), budget: campaign.budget, room };
  if (!(await deps.passes.write(pass, before, counted, author))) throw lostUpdate();

  const now = await deps.campaigns.find(workspaceId, campaignId);
  const last = now ? permitOf(now, timeSetAt, await cancelledAtOf(deps, now)) : 'cancelled';
  const isUnderBudget = isDeepStrictEqual(now?.budget, campaign.budget);
  if (last === 'permitted' && isUnderBudget) return { outcome: 'permitted', permittedUntil: pass.permittedUntil };
  await settle(deps, pass, { state: 'released', micros: 0 }, author);
  // The budget changed meanwhile: the post is counted again under the new one.
  if (last === 'permitted') throw lostUpdate();
  return { outcome: last };
};

/** When the campaign was cancelled (UTC), even if it has been written or archived since. */
const cancelledAtOf = async (
  { campaigns }: Pick<Deps, 'campaigns'>,
  { workspaceId, id, status, lastStep }: Campaign,
): Promise<string | null> => {
  if (lastStep?.to === 'cancelled') return lastStep.at;
  if (status !== 'archived') return null;
  return (await campaigns.steps(workspaceId, id)).findLast(({ to }) => to === 'cancelled')?.at ?? null;
};

/** The answer without a pass; a permit ends after the same time as with one. */
const answer = (outcome: PermitOutcome['outcome'], now: Date): PermitOutcome =>
  outcome === 'permitted' ? { outcome, permittedUntil: instantAfter(now, sendLeaseMs) } : { outcome };

/** What the spending already includes for a pass. */
const countedFor = (pass: Pass | undefined): Amount =>
  pass && (pass.state !== 'released' || pass.micros > 0) ? { micros: pass.micros, posts: 1 } : nothing;

/** Pauses a campaign that has reached a cap, unless it was paused or ended meanwhile. */
const pauseFor = async (deps: Deps, { workspaceId, id }: Campaign, note: string, author: Author): Promise<void> => {
  await retryOnLostUpdate(async () => {
    const campaign = await deps.campaigns.find(workspaceId, id);
    if (campaign?.status !== 'running') return;
    await deps.campaigns.save(take(campaign, 'pause', { by: 'campaigns', now: deps.now(), note }), author);
  });
};

/** Writes the outcome and the current cost of a pass. */
const settle = async (
  deps: Pick<Deps, 'passes'>,
  pass: Pass,
  { state, micros }: Pick<Pass, 'state' | 'micros'>,
  author: Author,
): Promise<void> => {
  const counted = state === 'released' && micros === 0 ? nothing : { micros, posts: 1 };
  const budget = (await deps.passes.spending(pass))?.budget ?? null;
  const by = minus(counted, countedFor(pass));
  const written = await deps.passes.write(
    { ...pass, state, micros },
    pass,
    { by, budget, room: { micros: null, posts: null } },
    author,
  );
  if (!written) throw lostUpdate();
};

/** State of a pass by the status of its post; a missing status does not change it. */
const stateAfter: Readonly<Partial<Record<KnownPostStatus, Pass['state']>>> = {
  published: 'published',
  held: 'waiting',
  failed: 'released',
  missed: 'released',
  cancelled: 'released',
  deleted: 'released',
};

/**
 * Updates the pass of a post to the post's status. A published post costs what X billed; for one that will not be
 * published, the reservation is released, except for parts of a thread that are published.
 * @param costMicros what X has billed for the post so far
 * @throws DomainError `changed_meanwhile`: the queue delivers again
 */
export const followPost = async (
  deps: Pick<Deps, 'passes'>,
  of: Pick<Pass, 'workspaceId' | 'campaignId' | 'postId'>,
  { status, costMicros, at }: { status: KnownPostStatus; costMicros: number; at: string },
  author: Author,
): Promise<void> => {
  const state = stateAfter[status];
  if (!state) return;
  await retryOnLostUpdate(async () => {
    const pass = await deps.passes.find(of);
    // The post was permitted again since.
    if (!pass || pass.state === state || Date.parse(at) < Date.parse(pass.permittedAt)) return;
    // It was held because it was not permitted.
    if (pass.state === 'released' && state === 'waiting') return;
    const billed = costMicros > 0 ? costMicros + pass.textMicros : 0;
    const micros = state === 'waiting' ? pass.micros : billed;
    await settle(deps, pass, { state, micros }, author);
  });
};
