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
  /** What goes out; left out by executions that began before it was told. */
  content?: ClaimedContent | undefined;
}

/** Writers of one campaign's spending at once: each try but the last loses against another post that is due now. */
const maxAttempts = 12;

/**
 * The campaign's word right before a post goes out. The pass is written before the campaign is read for the last time,
 * while a pause writes the campaign before it reads the passes: whichever comes second sees the other. What the post
 * costs is counted with the pass, under the caps of the budget, so that of any number of posts due at once no more get
 * through than there is money for; at a cap the campaign pauses with its reason.
 * @throws DomainError `changed_meanwhile` when too many write at once: the workflow asks again
 */
export const permit = async (deps: Deps, asked: Asked, author: Author): Promise<PermitOutcome> =>
  retryOnLostUpdate(async () => permitOnce(deps, asked, author), { maxAttempts });

const permitOnce = async (deps: Deps, asked: Asked, author: Author): Promise<PermitOutcome> => {
  const { workspaceId, campaignId, postId, timeSetAt, content } = asked;
  const campaign = await deps.campaigns.find(workspaceId, campaignId);
  if (!campaign) return { outcome: 'cancelled' };
  const word = permitOf(campaign, timeSetAt, await cancelledAtOf(deps, campaign));
  // One that has ended, and lets a post go whose time was set since, counts it no more.
  if (word !== 'permitted' || campaign.status !== 'running') return answer(word, deps.now());

  const [before, post, spending] = await Promise.all([
    deps.passes.find(asked),
    deps.posts.find(workspaceId, postId),
    deps.passes.spending(asked),
  ]);
  // News of a drop may still be on their way to the post.
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
  // Another budget meanwhile: the post is counted anew, under that one.
  if (last === 'permitted') throw lostUpdate();
  return { outcome: last };
};

/** When the campaign was cancelled (UTC), however it was written since: it may be archived by now. */
const cancelledAtOf = async (
  { campaigns }: Pick<Deps, 'campaigns'>,
  { workspaceId, id, status, lastStep }: Campaign,
): Promise<string | null> => {
  if (lastStep?.to === 'cancelled') return lastStep.at;
  if (status !== 'archived') return null;
  return (await campaigns.steps(workspaceId, id)).findLast(({ to }) => to === 'cancelled')?.at ?? null;
};

/** What an outcome comes with: a permit without a pass ends as soon as any other. */
const answer = (outcome: PermitOutcome['outcome'], now: Date): PermitOutcome =>
  outcome === 'permitted' ? { outcome, permittedUntil: instantAfter(now, sendLeaseMs) } : { outcome };

/** What the spending has of a pass already. */
const countedFor = (pass: Pass | undefined): Amount =>
  pass && (pass.state !== 'released' || pass.micros > 0) ? { micros: pass.micros, posts: 1 } : nothing;

/** Pauses a campaign that has reached a cap, unless somebody did so, or ended it, meanwhile. */
const pauseFor = async (deps: Deps, { workspaceId, id }: Campaign, note: string, author: Author): Promise<void> => {
  await retryOnLostUpdate(async () => {
    const campaign = await deps.campaigns.find(workspaceId, id);
    if (campaign?.status !== 'running') return;
    await deps.campaigns.save(take(campaign, 'pause', { by: 'campaigns', now: deps.now(), note }), author);
  });
};

/** Writes what became of a pass, and what it costs by now. */
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

/** What is known of a pass when its post is in that state; undefined when it says nothing. */
const stateAfter: Readonly<Partial<Record<KnownPostStatus, Pass['state']>>> = {
  published: 'published',
  held: 'waiting',
  failed: 'released',
  missed: 'released',
  cancelled: 'released',
  deleted: 'released',
};

/**
 * Lets the pass of a post follow what became of it. What is out costs what X billed; what will not go out is given back,
 * but for the parts of a thread that are out.
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
    // It was permitted again since.
    if (!pass || pass.state === state || Date.parse(at) < Date.parse(pass.permittedAt)) return;
    // It was held because nothing let it pass.
    if (pass.state === 'released' && state === 'waiting') return;
    const billed = costMicros > 0 ? costMicros + pass.textMicros : 0;
    const micros = state === 'waiting' ? pass.micros : billed;
    await settle(deps, pass, { state, micros }, author);
  });
};
