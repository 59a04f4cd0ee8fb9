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

/** What posts tell of the post of a campaign. */
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

/** A campaign whose one slot is planned, running or paused. */
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

describe('a slot follows its post', () => {
  test.each([
    ['scheduled', 'planned'],
    ['published', 'published'],
    ['failed', 'failed'],
    ['paused', 'held'],
    ['unwell', 'held'],
    ['cancelled', 'dropped'],
    ['missed', 'dropped'],
    ['deleted', 'dropped'],
  ] as const)('%s makes it %s', async (kind, status) => {
    const { hear, slot } = await planned(true);
    await hear(kind, 2);
    expect(await slot()).toMatchObject({ status, postVersion: 2, planVersion: 1 });
  });

  test('and is planned again at once when the pause that held the post is over', async () => {
    const { hear, slot } = await planned(false);
    await hear('paused', 2);
    expect(await slot()).toMatchObject({ status: 'planned', planVersion: 2, heldFor: null });
    await hear('paused', 2);
    expect(await slot()).toMatchObject({ planVersion: 2 });
  });

  test('but stays held for any other reason', async () => {
    const { hear, slot } = await planned(false);
    await hear('unwell', 2);
    expect(await slot()).toMatchObject({ status: 'held', planVersion: 1, heldFor: 'account_suspended' });
  });

  test('a delivery that broke off before the planning makes up for it when it comes again', async () => {
    const { context, hear, slot } = await planned(true);
    await hear('paused', 2);
    const [, , resumed] = await Promise.all([hear('paused', 2), hear('paused', 2), slot()]);
    expect(resumed.status).toBe('held');
    const campaign = await context.deps.campaigns.get(workspaceId, resumed.campaignId);
    await context.deps.campaigns.save({ ...campaign, status: 'running', run: 2 }, person);
    await hear('paused', 2);
    expect(await slot()).toMatchObject({ status: 'planned', planVersion: 2, plannedInRun: 2 });
  });

  test('never again once its campaign was cancelled', async () => {
    const { context, campaign, hear, slot } = await planned(false);
    await context.deps.campaigns.save(take(campaign, 'cancel', doing), person);
    await hear('paused', 2);
    expect(await slot()).toMatchObject({ status: 'held', planVersion: 1 });
  });

  test('and takes no heed of what happened before the campaign had the post', async () => {
    const { hear, slot } = await planned(false);
    const before = instantAfter(noon, -1);
    await hear('cancelled', 2, null, before);
    expect((await slot()).status).toBe('planned');
    // That it is out, or gone, counts whoever did it.
    await hear('published', 3, null, before);
    expect((await slot()).status).toBe('published');
  });

  test('and heeds what a person said since, also when posts had not heard yet that the campaign has the post', async () => {
    const { hear, slot } = await planned(false);
    await hear('cancelled', 2, null);
    expect((await slot()).status).toBe('dropped');
  });

  test('which a person took off after the launch, and before its slot was planned, is not planned any more', async () => {
    const context = harness();
    const [placed = never()] = planOf(1);
    const campaign = await launched(context.deps, [placed]);
    await context.deliver(news(campaign, placed.postId, 'cancelled', 2, null));
    await context.run('campaigns.planWindow', { workspaceId, campaignId: campaign.id, run: 1 });
    expect(await slotOf(context, campaign)).toMatchObject({ status: 'dropped', planVersion: 0 });
  });

  test.each([true, false])('to the same state in any order and repetition (paused: %s)', async (isPaused) => {
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
          // Plannings on the way may differ in number while the campaign runs; where it ends must not.
          return { status, postVersion, heldFor, ...(isPaused && { planVersion }) };
        };
        expect(await endOf(shuffled)).toEqual(await endOf(told));
      }),
    );
  });
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

  test('begins with its creation and never steps back', async () => {
    const { hear, created, known } = await learnt();
    await hear('deleted', 3);
    await created();
    expect(await known()).toMatchObject({ status: 'deleted', entityVersion: 3 });
  });

  test('is nothing while only an edit was heard of', async () => {
    const { created, updated, known } = await learnt();
    await updated(2, moved);
    expect(await known()).toBeUndefined();
    await created();
    // The edit that moved it to another account came first, and is the newer one.
    expect(await known()).toMatchObject({ status: 'draft', accountId: moved });
  });

  test.each([
    ['in order', [2, 3]],
    ['out of order', [3, 2]],
  ])('its account is that of its newest news, %s', async (_, order) => {
    const { hear, created, updated, known } = await learnt();
    await created(moved);
    for (const version of order) await (version === 2 ? updated(2, accountId) : hear('scheduled', 3));
    expect(await known()).toMatchObject({ status: 'scheduled', accountId, entityVersion: 3, publishAt: due });
  });

  test('stays what was scheduled when the news of an edit before come later', async () => {
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

  test('does not touch a draft that has planned it', async () => {
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

  test('voids its approval alone, once, and the campaign says so', async () => {
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

test('late news of a post that is out give nothing back of what it cost', async () => {
  const { context, campaign, hear } = await planned(false);
  const [{ postId } = never()] = await slotsOf(context.deps, campaign);
  await context.run('campaigns.permit', { workspaceId, campaignId: campaign.id, postId });
  await hear('published', 7);
  const spent = () => context.deps.passes.spending({ workspaceId, campaignId: campaign.id });
  expect(await spent()).toMatchObject({ posts: 1 });
  await hear('failed', 5);
  expect(await spent()).toMatchObject({ posts: 1 });
});

test('a post that is given up while its last attempt may land is waited for; another held one is not', async () => {
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
