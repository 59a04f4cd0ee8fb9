import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as events from '#events/posts.ts';
import { type Campaign, take } from '#functions/campaigns/domain/campaign.ts';
import type { DomainEvent, EventDefinition } from '#shared/events/event.ts';
import { instantAfter } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import {
  accountId,
  actor,
  doing,
  drafted,
  type Harness,
  harness,
  launched,
  noon,
  planOf,
  slotsOf,
  workspaceId,
  writtenPlan,
} from '../harness.ts';

const due = noon.toISOString();
const kinds = {
  scheduled: [events.PostScheduled, { publishAt: due, scheduleVersion: 1 }],
  published: [events.PostPublished, { xPostIds: ['1'], dueAt: due, publishedAt: due }],
  failed: [events.PostFailed, { code: 'duplicate', reason: 'X has it already.' }],
  paused: [events.PostHeld, { code: 'campaign_paused', reason: 'Its campaign is paused.' }],
  gaveUp: [events.PostHeld, { code: 'gave_up', reason: 'It could not be published.' }],
  unwell: [events.PostHeld, { code: 'account_suspended', reason: 'X suspended the account.' }],
  cancelled: [events.PostCancelled, {}],
  missed: [events.PostMissed, { code: 'missed', reason: 'Too late.' }],
  deleted: [events.PostDeleted, {}],
} as const satisfies Record<string, readonly [EventDefinition, object]>;
type Kind = keyof typeof kinds;
const allKinds: Kind[] = ['scheduled', 'published', 'failed', 'paused', 'unwell', 'missed', 'cancelled', 'deleted'];

/** An event about a post of the campaign. */
const news = (
  campaign: Campaign,
  postId: string,
  kind: Kind,
  entityVersion: number,
  of: string | null = campaign.id,
  occurredAt = instantAfter(noon, entityVersion),
): DomainEvent => {
  const [definition, data] = kinds[kind];
  return {
    definition,
    detail: {
      schemaVersion: 1,
      workspaceId,
      entityId: postId,
      entityVersion,
      occurredAt,
      ...person,
      data: { accountId, campaignId: of, ...data },
    },
  };
};

const slotOf = async (context: Harness, campaign: Campaign) => {
  const [slot] = await slotsOf(context.deps, campaign);
  if (!slot) throw new Error('no slot');
  return slot;
};

const never = (): never => {
  throw new Error('There is no such post');
};

/** A running or paused campaign whose only slot is planned. */
const planned = async (isPaused: boolean) => {
  const context = harness();
  const [placed = never()] = planOf(1);
  const running = await launched(context.deps, [placed]);
  await context.run('campaigns.planWindow', { workspaceId, campaignId: running.id, run: 1 });
  const campaign = isPaused ? await context.deps.campaigns.save(take(running, 'pause', doing), person) : running;
  const hear = (kind: Kind, version: number, of?: string | null, at?: string) =>
    context.deliver(news(campaign, placed.postId, kind, version, of, at));
  return { context, campaign, hear, slot: () => slotOf(context, campaign) };
};

describe('a slot that follows its post', () => {
  test.each([
    ['scheduled', 'planned'],
    ['published', 'published'],
    ['failed', 'failed'],
    ['paused', 'held'],
    ['unwell', 'held'],
    ['cancelled', 'dropped'],
    ['missed', 'dropped'],
    ['deleted', 'dropped'],
  ] as const)('after the event "%s" is %s', async (kind, status) => {
    const { hear, slot } = await planned(true);
    await hear(kind, 2);
    expect(await slot()).toMatchObject({ status, postVersion: 2, planVersion: 1 });
  });

  test('is planned again at once if its post was held by a pause that is over', async () => {
    const { hear, slot } = await planned(false);
    await hear('paused', 2);
    expect(await slot()).toMatchObject({ status: 'planned', planVersion: 2, heldFor: null });
    await hear('paused', 2);
    expect(await slot()).toMatchObject({ planVersion: 2 });
  });

  test('stays held for any other reason', async () => {
    const { hear, slot } = await planned(false);
    await hear('unwell', 2);
    expect(await slot()).toMatchObject({ status: 'held', planVersion: 1, heldFor: 'account_suspended' });
  });

  test('is planned when a delivery that broke off before planning it is repeated', async () => {
    const { context, hear, slot } = await planned(true);
    await hear('paused', 2);
    const [, , resumed] = await Promise.all([hear('paused', 2), hear('paused', 2), slot()]);
    expect(resumed.status).toBe('held');
    const campaign = await context.deps.campaigns.get(workspaceId, resumed.campaignId);
    await context.deps.campaigns.save({ ...campaign, status: 'running', run: 2 }, person);
    await hear('paused', 2);
    expect(await slot()).toMatchObject({ status: 'planned', planVersion: 2, plannedInRun: 2 });
  });

  test('is not planned again once its campaign is cancelled', async () => {
    const { context, campaign, hear, slot } = await planned(false);
    await context.deps.campaigns.save(take(campaign, 'cancel', doing), person);
    await hear('paused', 2);
    expect(await slot()).toMatchObject({ status: 'held', planVersion: 1 });
  });

  test('ignores a cancellation from before the campaign had the post, but not a publication', async () => {
    const { hear, slot } = await planned(false);
    const before = instantAfter(noon, -1);
    await hear('cancelled', 2, null, before);
    expect((await slot()).status).toBe('planned');
    // A publication counts, whoever caused it.
    await hear('published', 3, null, before);
    expect((await slot()).status).toBe('published');
  });

  test('follows a later cancellation, even if posts did not know yet that the campaign has the post', async () => {
    const { hear, slot } = await planned(false);
    await hear('cancelled', 2, null);
    expect((await slot()).status).toBe('dropped');
  });

  test('is not planned if its post is cancelled between the launch and the planning', async () => {
    const context = harness();
    const [placed = never()] = planOf(1);
    const campaign = await launched(context.deps, [placed]);
    await context.deliver(news(campaign, placed.postId, 'cancelled', 2, null));
    await context.run('campaigns.planWindow', { workspaceId, campaignId: campaign.id, run: 1 });
    expect(await slotOf(context, campaign)).toMatchObject({ status: 'dropped', planVersion: 0 });
  });

  test.each([true, false])(
    'reaches the same state in any order and repetition of events (paused: %s)',
    async (isPaused) => {
      const life = fc.array(fc.constantFrom(...allKinds), { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(life, fc.infiniteStream(fc.nat()), async (lived, choices) => {
          const told = lived.map((kind, place) => ({ kind, version: 2 + 2 * place }));
          const twice = [...told, ...told].map((each) => ({ each, at: Number(choices.next().value) }));
          const shuffled = twice.sort((one, other) => one.at - other.at).map(({ each }) => each);
          const endOf = async (deliveries: typeof told) => {
            const { hear, slot } = await planned(isPaused);
            for (const { kind, version } of deliveries) await hear(kind, version);
            const { status, postVersion, heldFor, planVersion } = await slot();
            // While the campaign runs, the number of plannings may differ; the final state must not.
            return { status, postVersion, heldFor, ...(isPaused && { planVersion }) };
          };
          expect(await endOf(shuffled)).toEqual(await endOf(told));
        }),
      );
    },
  );
});

describe('what is known of a post', () => {
  const learnt = async () => {
    const context = harness();
    const [placed = never()] = planOf(1);
    const draft = await drafted(context.deps, []);
    const about = (kind: Kind, version: number) => news(draft, placed.postId, kind, version, null);
    const hear = (kind: Kind, version: number) => context.deliver(about(kind, version));
    const created = (of = accountId) => {
      const event = about('cancelled', 1);
      const detail = { ...event.detail, data: { accountId: of, campaignId: null } };
      return context.deliver({ definition: events.PostCreated, detail });
    };
    const updated = (version: number, of = accountId) => {
      const event = about('cancelled', version);
      const detail = { ...event.detail, data: { accountId: of, campaignId: null } };
      return context.deliver({ definition: events.PostUpdated, detail });
    };
    const known = () => context.deps.posts.find(workspaceId, placed.postId);
    return { context, draft, placed, hear, created, updated, known };
  };
  const moved = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9W';

  test('does not go back to draft when the creation arrives after the deletion', async () => {
    const { hear, created, known } = await learnt();
    await hear('deleted', 3);
    await created();
    expect(await known()).toMatchObject({ status: 'deleted', entityVersion: 3 });
  });

  test('is nothing after an edit alone, whose account counts once the creation arrives', async () => {
    const { created, updated, known } = await learnt();
    await updated(2, moved);
    expect(await known()).toBeUndefined();
    await created();
    // The edit that moved it to another account arrived first, but is the newer one.
    expect(await known()).toMatchObject({ status: 'draft', accountId: moved });
  });

  test.each([
    ['in order', [2, 3]],
    ['out of order', [3, 2]],
  ])('has the account of the newest event, with events %s', async (_, order) => {
    const { hear, created, updated, known } = await learnt();
    await created(moved);
    for (const version of order) await (version === 2 ? updated(2, accountId) : hear('scheduled', 3));
    expect(await known()).toMatchObject({ status: 'scheduled', accountId, entityVersion: 3, publishAt: due });
  });

  test('stays scheduled when an older edit arrives late, until it is cancelled', async () => {
    const { hear, created, updated, known, context } = await learnt();
    await created();
    await hear('scheduled', 3);
    await updated(2);
    expect(await known()).toMatchObject({ status: 'scheduled', publishAt: due });
    const times = () =>
      context.deps.times.between(workspaceId, [accountId], instantAfter(due, -1), instantAfter(due, 1));
    expect(await times()).toEqual([{ accountId, publishAt: due, campaignId: null }]);
    await hear('cancelled', 4);
    expect(await times()).toEqual([]);
  });

  test('is updated without a write to a draft campaign whose plan contains it', async () => {
    const { context, placed, hear, known } = await learnt();
    const unwritten = await drafted(context.deps, [placed]);
    const plan = await writtenPlan(context.deps, unwritten, [placed]);
    const draft = await context.deps.campaigns.save(unwritten, person, plan);
    const writes = context.changes.length;
    await hear('scheduled', 2);
    expect(await known()).toMatchObject({ postId: placed.postId, status: 'scheduled', taken: null });
    expect(context.changes.slice(writes).filter(({ after }) => after?.type === 'campaign')).toEqual([]);
    expect(await context.deps.campaigns.get(workspaceId, draft.id)).toEqual(draft);
  });
});

describe('an edit of a post that was approved with a campaign', () => {
  const reviewed = async (postId: string) => {
    const context = harness();
    const draft = await drafted(context.deps, [{ postId, publishAt: due }]);
    const review = {
      ...{ reportVersion: 'a'.repeat(32), checkId: 'C000001', submitter: actor, approver: actor },
      ...{ submittedBy: actor.personId, submittedAt: due, decidedBy: actor.personId, decidedAt: due },
      ...{ approvedParts: 1, approvedPosts: 1, refusedPosts: [], voidedPosts: [] },
    };
    await context.deps.campaigns.save({ ...draft, status: 'approved', review }, person);
    await context.deps.posts.noteApproval(workspaceId, postId, draft.id);
    const edit = (version: number, of = postId) =>
      context.happened(events.PostUpdated, of, version, { accountId, campaignId: null });
    const voided = async () => (await context.deps.campaigns.get(workspaceId, draft.id)).review?.voidedPosts;
    return { context, edit, voided };
  };

  test('voids the approval of that post alone, and only once', async () => {
    const [one = never(), other = never()] = planOf(2);
    const { context, edit, voided } = await reviewed(one.postId);
    await edit(2, other.postId);
    expect(await voided()).toEqual([]);
    await edit(2);
    expect(await voided()).toEqual([one.postId]);
    const writes = context.changes.length;
    await edit(2);
    await edit(3);
    expect(await voided()).toEqual([one.postId]);
    expect(context.changes.slice(writes).filter(({ after }) => after?.type === 'campaign')).toEqual([]);
  });
});

test('a late failure event of a published post refunds nothing', async () => {
  const { context, campaign, hear } = await planned(false);
  const [{ postId } = never()] = await slotsOf(context.deps, campaign);
  await context.run('campaigns.permit', { workspaceId, campaignId: campaign.id, postId });
  await hear('published', 7);
  const spent = () => context.deps.passes.spending({ workspaceId, campaignId: campaign.id });
  expect(await spent()).toMatchObject({ posts: 1 });
  await hear('failed', 5);
  expect(await spent()).toMatchObject({ posts: 1 });
});

test('a post that is given up counts as being sent until it settles; one held for another reason does not', async () => {
  for (const [kind, waitedFor] of [['gaveUp', 1] as const, ['unwell', 0] as const]) {
    const { context, campaign, hear } = await planned(false);
    const [{ postId } = never()] = await slotsOf(context.deps, campaign);
    await context.run('campaigns.permit', { workspaceId, campaignId: campaign.id, postId });
    await hear(kind, 7);
    const sending = () => context.deps.passes.sending({ workspaceId, campaignId: campaign.id });
    expect(await sending(), kind).toHaveLength(waitedFor);
    context.clock.pass(20_000 + context.deps.settleMs);
    expect(await sending(), 'nothing of it can land any more').toEqual([]);
  }
});
