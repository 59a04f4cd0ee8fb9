import { describe, expect, test } from 'vitest';
import { followPost, permit } from '#functions/campaigns/budget/passes.ts';
import type { ClaimedContent } from '#functions/campaigns/budget/x-cost.ts';
import type { Budget } from '#functions/campaigns/domain/budget.ts';
import { type Campaign, take } from '#functions/campaigns/domain/campaign.ts';
import { campaignStore } from '#functions/campaigns/store/campaigns.ts';
import { claimWrite, knownPostStore } from '#functions/campaigns/store/known-posts.ts';
import { passStore } from '#functions/campaigns/store/passes.ts';
import { systemAuthor } from '#shared/actor.ts';
import type { New } from '#shared/entity.ts';
import { newId } from '#shared/ids.ts';
import { clockAt } from '#test/support/context-harness.ts';
import { memoryCampaigns } from '#test/support/memory/campaigns.ts';

const workspaceId = newId('wsp', new Date());
const noon = new Date('2026-12-01T12:00:00.000Z');
const author = systemAuthor('campaigns', { correlationId: 'test' });
const cent = 10_000;

const budgetOf = (maxMicros: number | null, maxPosts: number | null = null): Budget => ({
  maxMicros,
  maxPosts,
  warnAtPercent: [50, 80],
});

/** A running campaign with this budget whose posts cost a cent each. */
const running = async (budget: Budget | null, posts: number) => {
  const clock = clockAt(noon);
  const deps = memoryCampaigns(clock.now);
  const { table } = deps;
  const draft: New<Campaign> = {
    ...{
      id: newId('cmp', noon),
      workspaceId,
      name: 'Autumn',
      timeZone: 'Europe/Berlin',
      status: 'running',
      budget,
      isTemplate: false,
    },
    ...{
      brief: null,
      tags: [],
      ownerId: null,
      goals: [],
      utm: null,
      lastStep: null,
      planVersion: 1,
      appliedPlanVersion: 1,
      slotCount: posts,
      endsAt: null,
      startedRun: 1,
      authors: [],
      catchUp: null,
    },
    ...{
      experiment: null,
      check: null,
      report: null,
      review: null,
      launch: null,
      run: 1,
      startedAt: noon.toISOString(),
      result: null,
    },
  };
  const campaign = await campaignStore(table).create(draft, author);
  const postIds = Array.from({ length: posts }, () => newId('pst', noon));
  for (const postId of postIds) {
    const at = noon.toISOString();
    await knownPostStore(table).learn(workspaceId, {
      ...{ postId, accountId: newId('acc', noon), entityVersion: 1, at, status: 'draft', publishAt: null },
    });
    await table.transact([claimWrite(campaign, { postId, slotId: newId('slt', noon), micros: cent, seen: null })]);
  }
  const of = (postId: string) => ({ workspaceId, campaignId: campaign.id, postId });
  const ask = (postId: string) => permit(deps, { ...of(postId), timeSetAt: null }, author);
  const follow = (postId: string, status: 'published' | 'held' | 'failed' | 'cancelled', costMicros = 0) =>
    followPost(deps, of(postId), { status, costMicros, at: clock.now().toISOString() }, author);
  const spent = async () => {
    const spending = await passStore(table).spending(of(''));
    return { micros: spending?.micros ?? 0, posts: spending?.posts ?? 0 };
  };
  const now = () => campaignStore(table).get(workspaceId, campaign.id);
  return { deps, clock, campaign, postIds, ask, follow, spent, now };
};

const outcomes = (answers: readonly { outcome: string }[]) => answers.map(({ outcome }) => outcome);

describe('a permit', () => {
  test('counts the cost of its post once, however often it is requested', async () => {
    const { postIds, ask, spent } = await running(null, 2);
    const [first = '', second = ''] = postIds;
    expect((await ask(first)).outcome).toBe('permitted');
    expect((await ask(first)).outcome).toBe('permitted');
    expect(await spent()).toEqual({ micros: cent, posts: 1 });
    await ask(second);
    expect(await spent()).toEqual({ micros: 2 * cent, posts: 2 });
  });

  test('expires after 20 seconds, and its post counts as being sent until the settle time is over', async () => {
    const { postIds, ask, deps, clock, campaign } = await running(null, 1);
    const [postId = ''] = postIds;
    const { permittedUntil = '' } = await ask(postId);
    expect(Date.parse(permittedUntil) - noon.getTime()).toBe(20_000);
    const sending = () => deps.passes.sending({ workspaceId, campaignId: campaign.id });
    expect(await sending()).toHaveLength(1);
    clock.pass(20_000 + deps.settleMs);
    expect(await sending(), 'nothing of it can land any more').toEqual([]);
  });

  test('is granted to no more concurrent posts than the budget covers; then the campaign is paused', async () => {
    const { postIds, ask, spent, now } = await running(budgetOf(7 * cent), 20);
    const answers = outcomes(await Promise.all(postIds.map(ask)));
    expect(answers.filter((outcome) => outcome === 'permitted')).toHaveLength(7);
    expect(answers.filter((outcome) => outcome === 'paused')).toHaveLength(13);
    expect(await spent()).toEqual({ micros: 7 * cent, posts: 7 });
    expect(await now()).toMatchObject({
      status: 'paused',
      lastStep: {
        transition: 'pause',
        by: 'campaigns',
        note: expect.stringMatching(/budget of the campaign is spent/) as string,
      },
    });
  });

  test('is granted to no more posts than the budget allows', async () => {
    const { postIds, ask, spent } = await running(budgetOf(null, 3), 5);
    const answers = outcomes(await Promise.all(postIds.map(ask)));
    expect(answers.filter((outcome) => outcome === 'permitted')).toHaveLength(3);
    expect(await spent()).toEqual({ micros: 3 * cent, posts: 3 });
  });

  test('is refunded for failed and cancelled posts, kept for held ones and corrected to what X billed', async () => {
    const { postIds, ask, follow, spent } = await running(budgetOf(3 * cent), 4);
    const [published = '', failed = '', held = '', last = ''] = postIds;
    for (const postId of [published, failed, held]) await ask(postId);
    await follow(published, 'published', 2 * cent);
    expect(await spent(), 'a link was added').toEqual({ micros: 4 * cent, posts: 3 });
    await follow(failed, 'failed');
    await follow(failed, 'failed');
    await follow(held, 'held');
    expect(await spent()).toEqual({ micros: 3 * cent, posts: 2 });
    expect((await ask(last)).outcome).toBe('paused');
    await follow(held, 'cancelled');
    expect(await spent()).toEqual({ micros: 2 * cent, posts: 1 });
  });

  test('counts again if it is requested again after a refund', async () => {
    const { postIds, ask, follow, spent } = await running(budgetOf(cent), 1);
    const [postId = ''] = postIds;
    await ask(postId);
    await follow(postId, 'cancelled');
    expect(await spent()).toEqual({ micros: 0, posts: 0 });
    expect((await ask(postId)).outcome).toBe('permitted');
    expect(await spent()).toEqual({ micros: cent, posts: 1 });
  });

  test('is not refunded by an event from before it was granted', async () => {
    const { postIds, ask, follow, spent, clock } = await running(null, 1);
    const [postId = ''] = postIds;
    await ask(postId);
    clock.pass(-1_000);
    await follow(postId, 'cancelled');
    expect(await spent()).toEqual({ micros: cent, posts: 1 });
  });

  test('is revoked if the campaign is paused between its two reads', async () => {
    const { deps, campaign, postIds, spent } = await running(null, 1);
    const [postId = ''] = postIds;
    let looks = 0;
    const racing = {
      ...deps,
      campaigns: {
        ...deps.campaigns,
        find: async (workspace: string, id: string) => {
          looks += 1;
          if (looks === 2) await deps.campaigns.save(take(campaign, 'pause', { by: 'usr', now: noon }), author);
          return deps.campaigns.find(workspace, id);
        },
      },
    };
    const asked = { workspaceId, campaignId: campaign.id, postId, timeSetAt: null };
    expect(await permit(racing, asked, author)).toEqual({ outcome: 'paused' });
    expect(await spent()).toEqual({ micros: 0, posts: 0 });
    expect(await deps.passes.sending(asked)).toEqual([]);
  });

  test('is granted to a post scheduled after the cancellation, also once the campaign is archived', async () => {
    const { deps, clock, campaign, postIds } = await running(null, 1);
    const asked = { workspaceId, campaignId: campaign.id, postId: postIds[0] ?? '' };
    const doing = () => ({ by: 'usr', now: clock.now() });
    const cancelled = await deps.campaigns.save(take(campaign, 'cancel', doing()), author);
    clock.pass(60_000);
    const timeSetAt = clock.now().toISOString();
    expect((await permit(deps, { ...asked, timeSetAt }, author)).outcome).toBe('permitted');
    clock.pass(60_000);
    await deps.campaigns.save(take(cancelled, 'archive', doing()), author);
    expect((await permit(deps, { ...asked, timeSetAt }, author)).outcome).toBe('permitted');
    const before = new Date(noon.getTime() - 1).toISOString();
    expect(await permit(deps, { ...asked, timeSetAt: before }, author)).toEqual({ outcome: 'cancelled' });
  });

  test('is denied under a lower budget that is set between its two reads', async () => {
    const { deps, campaign, postIds, spent, now } = await running(budgetOf(5 * cent), 1);
    let looks = 0;
    const racing = {
      ...deps,
      campaigns: {
        ...deps.campaigns,
        find: async (workspace: string, id: string) => {
          looks += 1;
          if (looks === 2) await deps.campaigns.save({ ...campaign, budget: budgetOf(cent - 1) }, author);
          return deps.campaigns.find(workspace, id);
        },
      },
    };
    const asked = { workspaceId, campaignId: campaign.id, postId: postIds[0] ?? '', timeSetAt: null };
    expect(await permit(racing, asked, author)).toEqual({ outcome: 'paused' });
    expect(await spent()).toEqual({ micros: 0, posts: 0 });
    expect(await deps.passes.sending(asked)).toEqual([]);
    expect(await now()).toMatchObject({ status: 'paused' });
  });

  test('counts the cost of the content that is published, not of what was checked', async () => {
    const { deps, campaign, postIds, spent } = await running(budgetOf(250_000), 3);
    const ask = (postId: string, content: ClaimedContent) =>
      permit(deps, { workspaceId, campaignId: campaign.id, postId, timeSetAt: null, content }, author);
    const withLink = { parts: [{ hasUrl: true }], media: [] };
    const answers = outcomes([await ask(postIds[0] ?? '', withLink), await ask(postIds[1] ?? '', withLink)]);
    expect(answers).toEqual(['permitted', 'paused']);
    expect(await spent()).toEqual({ micros: 200_000, posts: 1 });
  });

  test('counts what X billed for alt texts and subtitles once the post is published', async () => {
    const { deps, campaign, postIds, follow, spent } = await running(budgetOf(50_000), 2);
    const described = { altText: 'A cat', subtitles: [] };
    const content = { parts: [{ hasUrl: false }], media: [described, described, { altText: null, subtitles: [{}] }] };
    const ask = (postId: string) =>
      permit(deps, { workspaceId, campaignId: campaign.id, postId, timeSetAt: null, content }, author);
    const [first = '', second = ''] = postIds;
    await ask(first);
    await follow(first, 'published', 15_000);
    expect(await spent()).toEqual({ micros: 30_000, posts: 1 });
    expect((await ask(second)).outcome).toBe('paused');
  });
});
