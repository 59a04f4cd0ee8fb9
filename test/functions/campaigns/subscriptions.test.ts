import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as events from '#events/posts.ts';
import { type Campaign, cancel, pause } from '#functions/campaigns/domain/campaign.ts';
import type { DomainEvent, EventDefinition } from '#shared/events/event.ts';
import { instantAfter } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import { accountId, drafted, type Harness, harness, launched, noon, planOf, workspaceId } from './harness.ts';

const due = noon.toISOString();
const kinds = {
  scheduled: [events.PostScheduled, { publishAt: due, scheduleVersion: 1 }],
  published: [events.PostPublished, { xPostIds: ['1'], dueAt: due, publishedAt: due }],
  failed: [events.PostFailed, { code: 'duplicate', reason: 'X has it already.' }],
  paused: [events.PostHeld, { code: 'campaign_paused', reason: 'Its campaign is paused.' }],
  unwell: [events.PostHeld, { code: 'account_suspended', reason: 'X suspended the account.' }],
  cancelled: [events.PostCancelled, {}],
  missed: [events.PostMissed, { code: 'missed', reason: 'Too late.' }],
  deleted: [events.PostDeleted, {}],
} as const satisfies Record<string, readonly [EventDefinition, object]>;
type Kind = keyof typeof kinds;
const allKinds: Kind[] = ['scheduled', 'published', 'failed', 'paused', 'unwell', 'missed', 'cancelled', 'deleted'];

/** What posts tell of the first post of a campaign. */
const news = (
  campaign: Campaign,
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
      entityId: campaign.slots[0]?.postId ?? '',
      entityVersion,
      occurredAt,
      ...person,
      data: { accountId, campaignId: of, ...data },
    },
  };
};

const slotOf = async (context: Harness, { id, slots: [placed] }: Campaign) => {
  const slot = await context.deps.slots.find(workspaceId, id, placed?.id ?? '');
  if (!slot) throw new Error('no slot');
  return slot;
};

/** A campaign whose one slot is planned, running or paused. */
const planned = async (isPaused: boolean) => {
  const context = harness();
  const running = await launched(context.deps);
  await context.run('campaigns.planWindow', { workspaceId, campaignId: running.id, run: 1 });
  const campaign = isPaused ? await context.deps.campaigns.save(pause(running), person) : running;
  const hear = (kind: Kind, version: number, of?: string | null, at?: string) =>
    context.deliver(news(campaign, kind, version, of, at));
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
    await context.deps.campaigns.save(cancel(campaign), person);
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
    const campaign = await launched(context.deps);
    await context.deliver(news(campaign, 'cancelled', 2, null));
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
  test('begins with its creation and never steps back', async () => {
    const context = harness();
    const campaign = { ...(await drafted(context.deps)), slots: planOf(1) };
    const created = { ...news(campaign, 'cancelled', 1), definition: events.PostCreated };
    await context.deliver(news(campaign, 'deleted', 3, null));
    await context.deliver(created);
    expect(await context.deps.posts.find(workspaceId, created.detail.entityId)).toMatchObject({
      status: 'deleted',
      entityVersion: 3,
    });
  });

  test('does not touch a draft that has it', async () => {
    const context = harness();
    const draft = await drafted(context.deps);
    await context.deliver(news(draft, 'scheduled', 2, null));
    expect(context.changes).toHaveLength(1);
    expect(await context.deps.posts.find(workspaceId, draft.slots[0]?.postId ?? '')).toMatchObject({
      status: 'scheduled',
      taken: { campaignId: draft.id },
    });
  });
});
