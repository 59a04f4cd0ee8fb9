import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  deleteCampaignExperiment,
  getCampaignExperiment,
  signOffCampaignExperiment,
} from '#functions/campaigns/experiments/contract.ts';
import { replaceCampaignPlan } from '#functions/campaigns/planning/contract.ts';
import { instantAfter } from '#shared/time.ts';
import { type ExperimentNow, noon, stage } from './stage.ts';

const Problem = z.looseObject({
  code: z.string(),
  fields: z.array(z.looseObject({ path: z.string(), code: z.string() })).default([]),
});
const problemOf = ({ body }: { body: unknown }) => Problem.parse(body);

/** A draft with this many pairs and a registered experiment. */
const registered = async (pairs: number, changes: object = {}) => {
  const on = stage();
  const own = await on.drafts(2 * pairs);
  const others = await on.drafts(pairs + 2);
  const campaign = await on.campaignOf(own);
  const body = on.registration(others, changes);
  const answer = await on.register(campaign.id, body, campaign.version);
  expect(answer.status).toBe(200);
  return { on, own, others, campaign, body, path: { campaignId: campaign.id } };
};

const slotsIn = ({ blocks }: ExperimentNow) => blocks.flatMap(({ slots }) => slots);

/** A launched experiment whose posts are published on time; `b` gets `times` the impressions of `a`. */
const played = async (pairs: number, times: number, changes: object = {}) => {
  const setup = await registered(pairs, changes);
  const { on, campaign, path } = setup;
  await on.call(signOffCampaignExperiment, { path, body: { note: 'A first try, we know' } });
  await on.launch(campaign.id);
  const { body: before } = await on.experimentOf(campaign.id);
  const slots = slotsIn(before);
  for (const { postId, publishAt } of slots) await on.isOut(campaign.id, postId, publishAt);
  const count = async (place: number, afterMs = 3_600_000) => {
    const slot = slots[place];
    if (!slot) throw new Error('There is no such slot');
    const measuredAt = instantAfter(slot.publishAt, afterMs);
    on.clock.set(measuredAt);
    const seen = slot.variant === 'b' ? 1_000 * times : 1_000;
    await on.isRead(campaign.id, slot.postId, measuredAt, seen);
  };
  const concluded = () => on.told().filter(([type]) => type === 'campaign.experiment_concluded');
  return { ...setup, before, slots, count, concluded };
};

describe('registering an experiment', () => {
  test('stores it with the campaign, and reading it returns what was registered', async () => {
    const { on, body, path } = await registered(3);
    const { body: view } = await on.experimentOf(path.campaignId);
    expect(view).toMatchObject({ ...body, alpha: 0.05, signedOff: null, conclusion: null, verdict: null, blocks: [] });
    expect(on.told().map(([type]) => type)).toContain('campaign.changed');
  });

  test('replaces the previous one and deletes its content', async () => {
    const { on, own, others, campaign, body, path } = await registered(3);
    const isContent = ({ sk }: { sk?: unknown }) => String(sk).startsWith('TRIAL_CONTENT#');
    const before = [...on.items.values()].filter(isContent);
    expect(before).toHaveLength(1);
    const again = { ...body, contents: [{ variant: 'b', content: { kind: 'posts', postIds: others.slice(0, 3) } }] };
    expect((await on.register(campaign.id, again, campaign.version + 1)).status).toBe(200);
    const after = [...on.items.values()].filter(isContent);
    expect(after).toHaveLength(1);
    expect(after[0]?.sk).not.toBe(before[0]?.sk);
    // A refused registration leaves nothing behind.
    expect((await on.register(campaign.id, body, campaign.version)).status).toBe(412);
    expect([...on.items.values()].filter(isContent)).toEqual(after);
    expect(own).toHaveLength(6);
    expect((await on.experimentOf(path.campaignId)).body).toMatchObject(again);
  });

  test('is rejected by field if it does not fit the plan', async () => {
    const { on, campaign, body } = await registered(3);
    const answer = await on.register(campaign.id, { ...body, trackId: 'other' }, campaign.version + 1);
    expect(answer.status).toBe(400);
    expect(problemOf(answer)).toMatchObject({ code: 'invalid_experiment', fields: [{ path: 'trackId' }] });
  });

  test('causes plans that it does not fit to be rejected until it is removed', async () => {
    const { on, own, campaign, path } = await registered(3);
    const posts = own.slice(0, 2).map((postId, place) => ({ postId, publishAt: instantAfter(noon, place * 60_000) }));
    const put = (version: number) =>
      on.call(replaceCampaignPlan, { path, body: { posts }, headers: { 'if-match': `"v${version}"` } });
    expect(problemOf(await put(campaign.version + 1))).toMatchObject({ code: 'invalid_experiment' });
    const headers = { 'if-match': `"v${campaign.version + 1}"` };
    expect((await on.call(deleteCampaignExperiment, { path, headers })).status).toBe(200);
    expect(problemOf(await on.call(getCampaignExperiment, { path })).code).toBe('experiment_not_found');
    expect((await put(campaign.version + 2)).status).toBe(200);
  });

  test('is allowed only for drafts', async () => {
    const { on, campaign, body, path } = await played(2, 1);
    const running = [...on.items.values()].find(({ type }) => type === 'campaign');
    const answer = await on.register(campaign.id, body, Number(running?.version));
    expect(problemOf(answer).code).toBe('campaign_running');
    const signed = await on.call(signOffCampaignExperiment, { path, body: { note: 'Too late' } });
    expect(problemOf(signed).code).toBe('campaign_running');
  });
});

describe('the launch check', () => {
  test('blocks an experiment that cannot conclude, until somebody signs it off', async () => {
    const { on, campaign, path } = await registered(3);
    const blocked = await on.check(campaign.id);
    expect(blocked).toMatchObject({ canLaunch: false, blockers: [{ code: 'experiment_cannot_conclude' }] });
    expect(blocked).toMatchObject({ experiment: { blocks: 3, smallestLift: null } });
    expect(JSON.stringify(blocked)).toContain('It needs at least 12.');
    const { body: signed } = await on.ask(signOffCampaignExperiment, z.looseObject({}), {
      path,
      body: { note: 'A first try' },
    });
    expect(signed).toMatchObject({ experiment: { trackId: 'posts', metric: 'impressions', conclusion: null } });
    const passed = await on.check(campaign.id);
    expect(passed).toMatchObject({ canLaunch: true, warnings: [{ code: 'experiment_cannot_conclude' }] });
    expect(passed.version).not.toBe(blocked.version);
    const { body: view } = await on.experimentOf(campaign.id);
    expect(view).toMatchObject({ signedOff: { note: 'A first try' } });
    expect(view.blocks).toHaveLength(3);
  });

  test('draws the blocks and gives their smallest detectable lift; a new registration has no blocks yet', async () => {
    const { on, campaign, body } = await registered(13);
    expect(await on.check(campaign.id)).toMatchObject({ canLaunch: true, experiment: { blocks: 13 } });
    const { body: view } = await on.experimentOf(campaign.id);
    expect(view.smallestLift).toBeGreaterThan(0.5);
    expect(view.smallestLift).toBeLessThanOrEqual(1);
    on.clock.pass(1_000);
    expect((await on.register(campaign.id, body, campaign.version + 3)).status).toBe(200);
    expect((await on.experimentOf(campaign.id)).body.blocks).toEqual([]);
  });

  test('gives the report another version when the registration changes', async () => {
    const { on, campaign, body } = await registered(13);
    const one = await on.check(campaign.id);
    const { version } = campaign;
    // A check and its report each add a version.
    expect((await on.register(campaign.id, { ...body, maturityHours: 2 }, version + 3)).status).toBe(200);
    expect((await on.check(campaign.id)).version).not.toBe(one.version);
  });
});

describe('a launched experiment', () => {
  test('assigns the content of each variant to the slots that the check drew', async () => {
    const { on, own, others, campaign, before } = await played(3, 1);
    const drawn = slotsIn(before);
    expect(drawn).toHaveLength(6);
    const ofB = drawn.filter(({ variant }) => variant === 'b').map(({ postId }) => postId);
    expect(ofB).toEqual(others.slice(0, 3));
    for (const { postId, variant } of drawn) expect(own.includes(postId)).toBe(variant === 'a');
    const stored = await on.deps.slots.ofCampaign(on.events()[0]?.detail.workspaceId ?? '', campaign.id);
    expect(stored.map(({ trial }) => trial?.block).sort()).toEqual(before.blocks.flatMap(({ id }) => [id, id]).sort());
  });

  test('counts each post once, and never before its maturity', async () => {
    const { on, campaign, count, slots } = await played(2, 5);
    await count(0, 3_599_000);
    expect(slotsIn((await on.experimentOf(campaign.id)).body)[0]?.counted).toBeNull();
    await count(0, 3_600_000);
    await count(0, 3_600_000);
    await count(0, 7_200_000);
    const counted = slotsIn((await on.experimentOf(campaign.id)).body).find(
      ({ postId }) => postId === slots[0]?.postId,
    );
    expect(counted?.counted?.measuredAt).toBe(instantAfter(slots[0]?.publishAt ?? '', 3_600_000));
    // X did not report all engagements.
    expect(counted?.counted?.counts).toMatchObject({
      likes: 3,
      link_clicks: 1,
      profile_clicks: null,
      engagements: null,
    });
  });

  test('declares a winner once it is certain, and emits the conclusion once', async () => {
    const { on, campaign, count, slots, concluded } = await played(8, 3);
    for (const place of slots.keys()) {
      await count(place);
      const { body } = await on.experimentOf(campaign.id);
      // Seven pairs with the same winner: 128 B(7.5, 0.5) / B(0.5, 0.5) = 26.8.
      expect(body.verdict?.outcome).toBe(place < 13 ? 'ongoing' : 'winner');
    }
    expect(concluded()).toEqual([['campaign.experiment_concluded', { outcome: 'winner', variant: 'b' }]]);
    const { body } = await on.experimentOf(campaign.id);
    const at = instantAfter(slots[13]?.publishAt ?? '', 3_600_000);
    expect(body).toMatchObject({ verdict: { variant: 'b' }, conclusion: { outcome: 'winner', variant: 'b', at } });
    expect(body.sampleRatio).toMatchObject([{ variant: 'b', isMismatch: false }]);
  });

  test('stays as drawn when the running plan changes', async () => {
    const { on, own, campaign, path } = await registered(13);
    await on.launch(campaign.id);
    const { body: before } = await on.experimentOf(campaign.id);
    for (const { postId, publishAt } of slotsIn(before).slice(0, 6)) await on.isOut(campaign.id, postId, publishAt);
    on.clock.set(instantAfter(noon, 2 * 3_600_000 + 60_000));
    // More slots of the track than its variants have content for.
    const all = [...own, ...(await on.drafts(8))];
    const plan = on.planOf(all);
    const headers = { 'if-match': '*' };
    expect((await on.call(replaceCampaignPlan, { path, body: { plan }, headers })).status).toBe(200);
    const report = await on.check(campaign.id);
    expect(report).toMatchObject({ canLaunch: true, experiment: null });
    expect(JSON.stringify(report)).not.toContain('experiment_cannot_conclude');
    const { body: after } = await on.experimentOf(campaign.id);
    expect(slotsIn(after).map(({ variant, postId }) => [variant, postId])).toEqual(
      slotsIn(before).map(({ variant, postId }) => [variant, postId]),
    );
  });

  test('concludes with not_enough_data if all posts are counted and no variant is better', async () => {
    const { on, campaign, count, slots, concluded } = await played(8, 1);
    for (const place of slots.keys()) await count(place);
    expect(concluded()).toEqual([['campaign.experiment_concluded', { outcome: 'not_enough_data', variant: null }]]);
    expect((await on.experimentOf(campaign.id)).body.verdict).toMatchObject({ outcome: 'not_enough_data' });
  });

  test('concludes when the last post that it waits for fails', async () => {
    const { on, campaign, path } = await registered(2);
    await on.call(signOffCampaignExperiment, { path, body: { note: 'A first try' } });
    await on.launch(campaign.id);
    const slots = slotsIn((await on.experimentOf(campaign.id)).body);
    for (const { postId, publishAt } of slots.slice(1)) {
      await on.isOut(campaign.id, postId, publishAt);
      on.clock.set(instantAfter(publishAt, 3_600_000));
      await on.isRead(campaign.id, postId, instantAfter(publishAt, 3_600_000), 10);
    }
    const isTold = () => on.told().some(([type]) => type === 'campaign.experiment_concluded');
    expect(isTold()).toBe(false);
    await on.fails(campaign.id, slots[0]?.postId ?? '');
    expect(isTold()).toBe(true);
  });
});
