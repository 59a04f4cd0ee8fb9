import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Rehearsal } from '#functions/campaigns/domain/rehearsal.ts';
import { createCampaign } from '#functions/campaigns/planning/contract.ts';
import { rehearseCampaign } from '#functions/campaigns/rehearsal/contract.ts';
import { newId } from '#shared/ids.ts';
import { owner } from '#test/support/http-event.ts';
import { stage } from '../experiments/stage.ts';

const rehearsed = async (on: ReturnType<typeof stage>, campaignId: string, body: object = {}) =>
  (await on.ask(rehearseCampaign, Rehearsal, { path: { campaignId }, body: { seed: 'seed', ...body } })).body;

describe('a rehearsal over the API', () => {
  test('plays the saved plan and returns outcomes, times and cost', async () => {
    const on = stage();
    const campaign = await on.campaignOf(await on.drafts(3));
    const rehearsal = await rehearsed(on, campaign.id);
    expect(rehearsal).toMatchObject({ seed: 'seed', outcomes: { published: 3 }, pausedAt: null, limitDays: [] });
    expect(rehearsal.slots.map(({ dueAt }) => dueAt)).toEqual([
      '2026-11-23T13:00:00.000Z',
      '2026-11-23T13:10:00.000Z',
      '2026-11-23T13:20:00.000Z',
    ]);
    expect(rehearsal.spent.posts).toBe(3);
  });

  test('is the same for the same seed and differs for another', async () => {
    const on = stage();
    const { id } = await on.campaignOf(await on.drafts(20));
    const x = { faults: { rateLimitShare: 0.2, noAnswerShare: 0.2 } };
    const one = await rehearsed(on, id, { x });
    expect(await rehearsed(on, id, { x })).toEqual(one);
    expect(await rehearsed(on, id, { x, seed: 'another' })).not.toMatchObject({ slots: one.slots });
  });

  test('uses what the latest check found about posts and accounts', async () => {
    const on = stage();
    const { id } = await on.campaignOf(await on.drafts(3));
    on.say.facts = { approval: 'none' };
    await on.check(id);
    const unapproved = await rehearsed(on, id);
    expect(unapproved.slots.map(({ outcome, code }) => [outcome, code])).toEqual(
      Array.from({ length: 3 }, () => ['held', 'approval_missing']),
    );
    on.say.facts = {};
    on.say.account = { health: 'suspended' };
    await on.check(id);
    expect((await rehearsed(on, id)).slots[0]).toMatchObject({ outcome: 'held', code: 'account_suspended' });
    on.say.account = {};
    on.say.facts = { parts: Array.from({ length: 2 }, () => ({ hasUrl: true, isMarked: true, weightedLength: 100 })) };
    await on.check(id);
    const dear = await rehearsed(on, id);
    expect(dear.outcomes.published).toBe(3);
    expect(dear.spent.micros).toBeGreaterThan(3 * 2 * 100_000);
  });

  test('respects the budget of the campaign and the catch-up policy of the plan', async () => {
    const on = stage();
    const postIds = await on.drafts(3);
    const { id } = await on.campaignOf(postIds, { budget: { maxPosts: 2 } });
    const capped = await rehearsed(on, id);
    expect(capped).toMatchObject({ outcomes: { published: 2, held: 1 }, spent: { posts: 2 } });
    expect(capped.pausedAt).not.toBeNull();
    // The second and third wait for X's next window.
    const x = { limits: { accountPostsPerWindow: 1 } };
    const free = await on.campaignOf(postIds, {}, { catchUp: { kind: 'skip' } });
    expect((await rehearsed(on, free.id, { x })).outcomes.missed).toBeGreaterThan(0);
    const patient = await on.campaignOf(postIds, {}, { catchUp: { kind: 'shift_rest' } });
    expect((await rehearsed(on, patient.id, { x })).outcomes).toMatchObject({ published: 3, missed: 0 });
  });

  test('plays the variants of an experiment', async () => {
    const on = stage();
    const [own, others] = [await on.drafts(4), await on.drafts(2)];
    const { id, version } = await on.campaignOf(own);
    await on.register(id, on.registration(others), version);
    expect((await rehearsed(on, id)).outcomes.published).toBe(4);
  });

  test('of 2,000 slots fits into a response, which can be limited to fewer', async () => {
    const on = stage();
    const instants = Array.from({ length: 2_000 }, (_, place) =>
      new Date(Date.UTC(2026, 11, 1) + place * 900_000).toISOString(),
    );
    const { id } = await on.campaignOf(await on.drafts(2_000), {}, {}, instants);
    const { raw, body } = await on.ask(rehearseCampaign, Rehearsal, { path: { campaignId: id }, body: { seed: 's' } });
    expect(body.slots).toHaveLength(2_000);
    // Lambda answers with at most 6 MB.
    expect(raw.length).toBeLessThan(2_000_000);
    const few = await rehearsed(on, id, { limit: 10 });
    expect(few.slots).toEqual((await rehearsed(on, id)).slots.slice(0, 10));
    expect(few.outcomes.published).toBe(2_000);
  });

  test('shows costs only to roles that may read usage', async () => {
    const on = stage();
    const { id } = await on.campaignOf(await on.drafts(2));
    const sent = { path: { campaignId: id }, body: { seed: 'seed' } };
    const asManager = await on.call(rehearseCampaign, { ...sent, as: { ...owner, role: 'manager' } });
    expect(asManager.body).toMatchObject({ spent: { posts: 2 }, slots: [{ costMicros: 15_000 }, {}] });
    for (const role of ['editor', 'analyst'] as const) {
      const { status, raw, body } = await on.call(rehearseCampaign, { ...sent, as: { ...owner, role } });
      expect([status, body]).toMatchObject([200, { outcomes: { published: 2 } }]);
      expect(raw).not.toMatch(/spent|costMicros/);
    }
  });

  test('is rejected with campaign_without_plan if there is no plan', async () => {
    const on = stage();
    const body = { name: 'Not planned', timeZone: 'Europe/Berlin' };
    const { body: campaign } = await on.ask(createCampaign, z.looseObject({ id: z.string() }), { body });
    const refused = await on.call(rehearseCampaign, { path: { campaignId: campaign.id }, body: { seed: 's' } });
    expect(refused).toMatchObject({ status: 409, body: { code: 'campaign_without_plan' } });
    const unknown = await on.call(rehearseCampaign, {
      path: { campaignId: newId('cmp', new Date(0)) },
      body: { seed: 's' },
    });
    expect(unknown.status).toBe(404);
  });
});
