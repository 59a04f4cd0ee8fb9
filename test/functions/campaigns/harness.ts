import type { CampaignActor } from '#events/campaign-content.ts';
import { eventsFor } from '#functions/campaigns/changes.ts';
import type { Deps } from '#functions/campaigns/deps.ts';
import {
  type Campaign,
  type Doing,
  type Launch,
  newDraft,
  type Placement,
  start,
  take,
} from '#functions/campaigns/domain/campaign.ts';
import type { KnownPostStatus } from '#functions/campaigns/domain/known-post.ts';
import { differenceOf } from '#functions/campaigns/domain/plan-difference.ts';
import type { CatchUpPolicy } from '#functions/campaigns/domain/plan-policies.ts';
import { type Slot, slotOf } from '#functions/campaigns/domain/slot.ts';
import { planFromPosts } from '#functions/campaigns/planning/from-posts.ts';
import { routes } from '#functions/campaigns/routes.ts';
import type { WrittenPlan } from '#functions/campaigns/store/plans.ts';
import { subscriptions } from '#functions/campaigns/subscriptions.ts';
import { tasks } from '#functions/campaigns/tasks.ts';
import type { New } from '#shared/entity.ts';
import { newId } from '#shared/ids.ts';
import { instantAfter } from '#shared/time.ts';
import { answering, clockAt, contextHarness, person } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { memoryCampaigns } from '#test/support/memory/campaigns.ts';

export const { workspaceId } = owner;
export const noon = new Date('2026-11-22T12:00:00.000Z');
export const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';

/** Campaigns as Lambda invokes them, over a table in memory; `ready` is the readiness check of the table. */
export const harness = (ready = answering) => {
  const clock = clockAt(noon);
  const deps = memoryCampaigns(clock.now);
  return contextHarness(deps, clock, eventsFor, {
    context: 'campaigns',
    routes: routes(deps, ready),
    subscriptions: async () => subscriptions(deps),
    tasks: tasks(deps),
  });
};

export type Harness = ReturnType<typeof harness>;

/** New posts and their times, a minute apart; the first is due `firstMs` after noon. */
export const planOf = (count: number, firstMs = 0): Placement[] =>
  Array.from({ length: count }, (_, place) => ({
    postId: newId('pst', noon),
    publishAt: instantAfter(noon, firstMs + place * 60_000),
  }));

/** Makes a post known, as its events would, a moment before noon. */
export const know = (
  { posts }: Pick<Deps, 'posts'>,
  postId: string,
  status: KnownPostStatus = 'draft',
  entityVersion = 1,
  at = instantAfter(noon, -1),
) => posts.learn(workspaceId, { postId, accountId, entityVersion, at, status, publishAt: null });

/** On whose behalf campaigns of these tests are launched. */
export const actor: CampaignActor = { personId: owner.personId, people: [owner.personId], role: 'owner' };
export const doing: Doing = { by: owner.personId, now: noon };

/** The default policy of plans for missed slots. */
export const publishLate: CatchUpPolicy = { kind: 'publish_late', withinMinutes: 60 };

/** A new campaign that is not stored yet. */
export const campaignOf = (changes: Partial<New<Campaign>> = {}): New<Campaign> => ({
  ...newDraft({
    ...{ id: newId('cmp', noon), workspaceId, name: 'Spring', timeZone: 'Europe/Berlin', isTemplate: false },
    ...{ brief: null, tags: [], ownerId: null, goals: [], budget: null, utm: null },
  }),
  ...changes,
});

type Stores = Pick<Deps, 'posts' | 'campaigns' | 'slots' | 'plans'>;

/** A draft campaign that plans these posts, which are known as drafts. */
export const drafted = async (
  deps: Pick<Stores, 'posts' | 'campaigns'>,
  placed: readonly Placement[] = planOf(1),
  made = noon,
): Promise<Campaign> => {
  for (const { postId } of placed) await know(deps, postId);
  const draft = campaignOf({ id: newId('cmp', made), planVersion: 1, slotCount: placed.length });
  return deps.campaigns.create(draft, person);
};

/** The first version of the plan of these posts. */
export const writtenPlan = async (
  { plans }: Pick<Deps, 'plans'>,
  { id, timeZone }: Campaign,
  placed: readonly Placement[],
): Promise<WrittenPlan> => {
  const plan = planFromPosts(placed, { timeZone, seed: id, accountOf: () => accountId });
  const saved = { plan, outline: [] };
  const version = { version: 1, at: noon.toISOString(), by: owner.personId, note: null, slots: placed.length };
  return plans.write(workspaceId, id, { ...version, difference: differenceOf(undefined, saved) }, saved, 'first');
};

/** A campaign in its first run as its launch leaves it, with no slot planned yet. */
export const launched = async (
  deps: Stores,
  placed: readonly Placement[] = planOf(1),
  made = noon,
): Promise<Campaign> => {
  const draft = await drafted(deps, placed, made);
  const launch: Launch = {
    ...{ number: 1, requestedBy: actor, requestedAt: noon.toISOString(), reportVersion: 'a'.repeat(32) },
    ...{ kind: 'launch', note: null, from: 'draft', done: 0, total: placed.length, claims: placed.length },
    ...{ endedAt: null, leftAlone: [], failure: null },
  };
  const asked = { ...take(draft, 'launch', doing), startedAt: launch.requestedAt, launch };
  const launching = await deps.campaigns.save(
    asked,
    person,
    placed.length > 0 ? await writtenPlan(deps, draft, placed) : undefined,
  );
  const claims = placed.map(({ postId, publishAt }, place) => {
    const planned = { slotKey: `posts-1@${place}`, trackId: 'posts-1', accountId, timeZone: draft.timeZone };
    const content = { kind: 'post' as const, postId };
    const times = { publishAt, wallTime: publishAt.slice(0, 16), reasons: [] };
    const slot = slotOf(launching, { ...planned, ...times, content, postId, costMicros: 0, trial: null }, launch);
    return { slot, claim: { postId, slotId: slot.id, micros: 0, seen: null } };
  });
  if (!(await deps.slots.claim({ ...launching, launch }, claims, person))) throw new Error('A post is taken');
  return deps.campaigns.save(start(launching, doing), person);
};

/** The slots of a launched campaign, in order of time. */
export const slotsOf = async ({ slots }: Pick<Deps, 'slots'>, { id }: { id: string }): Promise<Slot[]> =>
  (await slots.ofCampaign(workspaceId, id)).sort(
    (one, other) => Date.parse(one.publishAt) - Date.parse(other.publishAt),
  );
