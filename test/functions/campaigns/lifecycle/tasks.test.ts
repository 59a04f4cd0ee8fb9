import { beforeEach, describe, expect, test } from 'vitest';
import { sendLeaseMs } from '#events/publishing.ts';
import { type Campaign, complete, resume, take } from '#functions/campaigns/domain/campaign.ts';
import type { Slot } from '#functions/campaigns/domain/slot.ts';
import { instantAfter } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import {
  doing,
  drafted,
  type Harness,
  harness,
  know,
  launched,
  noon,
  planOf,
  publishLate,
  slotsOf,
  workspaceId,
} from '../harness.ts';

const day = 86_400_000;
let context: Harness;

const save = (campaign: Campaign) => context.deps.campaigns.save(campaign, person);
const allOf = (campaign: Campaign) => slotsOf(context.deps, campaign);
const onRun = ({ id: campaignId, run }: Campaign) => ({ workspaceId, campaignId, run });
const planWindow = (campaign: Campaign) => context.run('campaigns.planWindow', onRun(campaign));
const finish = (campaign: Campaign, checks = 0) => context.run('campaigns.finish', { ...onRun(campaign), checks });

/** Changes the slots, in their order. */
const become = async (campaign: Campaign, ...states: Partial<Slot>[]) => {
  for (const [place, slot] of (await allOf(campaign)).entries()) {
    if (states[place]) await context.deps.slots.save({ ...slot, ...states[place] }, person);
  }
};

beforeEach(() => {
  context = harness();
});

describe('campaigns.permit', () => {
  // It is valid as long as a claim; a pause waits for it.
  const permitted = { outcome: 'permitted', permittedUntil: instantAfter(noon, sendLeaseMs) };
  const permit = ({ id: campaignId }: Campaign) =>
    context.run('campaigns.permit', { workspaceId, campaignId, postId: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V' });

  test('permits posts while the campaign runs, and none while it is paused', async () => {
    const running = await launched(context.deps);
    expect(await permit(running)).toEqual(permitted);
    const paused = await save(take(running, 'pause', doing));
    expect(await permit(running)).toEqual({ outcome: 'paused' });
    await save(resume(paused, publishLate, doing));
    expect(await permit(running)).toEqual(permitted);
  });

  test('returns cancelled for a draft, a cancelled and an unknown campaign', async () => {
    const draft = await drafted(context.deps);
    expect(await permit(draft)).toEqual({ outcome: 'cancelled' });
    await save(take(draft, 'cancel', doing));
    expect(await permit(draft)).toEqual({ outcome: 'cancelled' });
    expect(await permit({ ...draft, id: 'cmp_01KATJ9V5H8Q3M4N5P6R7S8T9V' })).toEqual({ outcome: 'cancelled' });
  });

  test('permits a post of a completed campaign', async () => {
    const running = await launched(context.deps);
    await save(complete(running, { published: 0, notPublished: 1 }, doing));
    expect(await permit(running)).toEqual(permitted);
  });
});

describe('campaigns.planWindow', () => {
  test('plans what is due within a week, then waits until a day before the next', async () => {
    const late = instantAfter(noon, 7 * day + 1);
    const campaign = await launched(context.deps, [...planOf(1), ...planOf(1, 7 * day), ...planOf(1, 7 * day + 1)]);
    expect(await planWindow(campaign)).toEqual({ outcome: 'wait', until: instantAfter(late, -day) });
    expect((await allOf(campaign)).map(({ status, planVersion }) => [status, planVersion])).toEqual([
      ['planned', 1],
      ['planned', 1],
      ['open', 0],
    ]);
    context.clock.set(new Date(instantAfter(late, -day)));
    expect(await planWindow(campaign)).toEqual({ outcome: 'finish', at: late });
    expect((await allOf(campaign)).map(({ planVersion }) => planVersion)).toEqual([1, 1, 1]);
  });

  test('returns the same and plans nothing anew when called again', async () => {
    const campaign = await launched(context.deps, planOf(3));
    const first = await planWindow(campaign);
    const writes = context.changes.length;
    expect(await planWindow(campaign)).toEqual(first);
    expect(context.changes).toHaveLength(writes);
  });

  test('plans held slots again in a new run, and leaves planned and settled ones alone', async () => {
    const running = await launched(context.deps, planOf(5));
    await planWindow(running);
    await become(
      running,
      { status: 'held', heldFor: 'campaign_paused' },
      { status: 'held', heldFor: 'account_suspended' },
      { status: 'failed' },
      { status: 'dropped' },
    );
    const again = await save(resume(await save(take(running, 'pause', doing)), publishLate, doing));
    await planWindow(again);
    expect((await allOf(again)).map(({ status, planVersion }) => [status, planVersion])).toEqual([
      ['planned', 2],
      ['planned', 2],
      ['failed', 1],
      ['dropped', 1],
      ['planned', 1],
    ]);
  });

  test('within a run plans slots held by the pause again, but not those held for another reason', async () => {
    const running = await launched(context.deps, planOf(2));
    await planWindow(running);
    await become(
      running,
      { status: 'held', heldFor: 'account_suspended' },
      { status: 'held', heldFor: 'campaign_paused' },
    );
    await planWindow(running);
    expect((await allOf(running)).map(({ status }) => status)).toEqual(['held', 'planned']);
  });

  test('notices that a post was published or deleted before the launch', async () => {
    const slots = planOf(3);
    const campaign = await launched(context.deps, slots);
    const statuses = ['published', 'deleted', 'cancelled'] as const;
    for (const [place, slot] of slots.entries()) {
      await know(context.deps, slot.postId, statuses[place], 9, noon.toISOString());
    }
    await planWindow(campaign);
    // A post cancelled before is wanted again: somebody put it into the campaign.
    expect((await allOf(campaign)).map(({ status }) => status)).toEqual(['published', 'dropped', 'planned']);
  });

  test('finishes at once if every post is done', async () => {
    const campaign = await launched(context.deps, planOf(1, 3 * day));
    await become(campaign, { status: 'dropped' });
    expect(await planWindow(campaign)).toEqual({ outcome: 'finish', at: noon.toISOString() });
  });

  test('returns ended for a campaign that is paused, cancelled, unknown or in another run', async () => {
    const running = await launched(context.deps);
    const ended = { outcome: 'ended' };
    expect(await planWindow({ ...running, run: 2 })).toEqual(ended);
    expect(await planWindow({ ...running, id: 'cmp_01KATJ9V5H8Q3M4N5P6R7S8T9V' })).toEqual(ended);
    const paused = await save(take(running, 'pause', doing));
    expect(await planWindow(running)).toEqual(ended);
    await save(take(paused, 'cancel', doing));
    expect(await planWindow(running)).toEqual(ended);
    expect((await allOf(running)).map(({ planVersion }) => planVersion)).toEqual([0]);
  });
});

describe('campaigns.finish', () => {
  test('completes the campaign once all posts are settled, counts them, and is idempotent', async () => {
    const campaign = await launched(context.deps, planOf(4));
    await become(
      campaign,
      { status: 'published' },
      { status: 'failed' },
      { status: 'dropped' },
      { status: 'published' },
    );
    expect(await finish(campaign)).toEqual({ outcome: 'completed' });
    expect(await context.deps.campaigns.get(workspaceId, campaign.id)).toMatchObject({
      status: 'completed',
      result: { published: 2, notPublished: 2 },
    });
    const writes = context.changes.length;
    expect(await finish(campaign)).toEqual({ outcome: 'completed' });
    expect(context.changes).toHaveLength(writes);
  });

  test.each(['open', 'planned', 'held'] as const)('returns pending while a post is %s', async (status) => {
    const campaign = await launched(context.deps, planOf(2));
    await become(campaign, { status: 'published' }, { status });
    expect(await finish(campaign)).toEqual({ outcome: 'pending', retryAt: instantAfter(noon, 2000), checks: 1 });
  });

  test('checks less and less often, finally every six hours', async () => {
    const campaign = await launched(context.deps);
    expect(await finish(campaign, 3)).toMatchObject({ retryAt: instantAfter(noon, 16_000), checks: 4 });
    expect(await finish(campaign, 900)).toMatchObject({ retryAt: instantAfter(noon, 6 * 3_600_000), checks: 901 });
  });

  test('returns ended for a campaign that is paused, cancelled or in another run', async () => {
    const running = await launched(context.deps);
    await become(running, { status: 'published' });
    expect(await finish({ ...running, run: 2 })).toEqual({ outcome: 'ended' });
    const paused = await save(take(running, 'pause', doing));
    expect(await finish(running)).toEqual({ outcome: 'ended' });
    await save(take(paused, 'cancel', doing));
    expect(await finish(running)).toEqual({ outcome: 'ended' });
  });
});
