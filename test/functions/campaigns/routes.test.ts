import { beforeEach, describe, expect, test } from 'vitest';
import type { KnownPostStatus } from '#functions/campaigns/domain/known-post.ts';
import { changeCampaign, createCampaign, getCampaign, listCampaigns } from '#functions/campaigns/editing/contract.ts';
import { health } from '#functions/campaigns/health.ts';
import {
  cancelCampaign,
  launchCampaign,
  pauseCampaign,
  resumeCampaign,
} from '#functions/campaigns/lifecycle/contract.ts';
import { CampaignView } from '#functions/campaigns/views.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import { instantAfter } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { drafted, type Harness, harness, know, launched, noon, planOf, workspaceId } from './harness.ts';

let context: Harness;

const View = CampaignView;
const knownPost = async (status?: KnownPostStatus): Promise<string> => {
  const id = newId('pst', noon);
  await know(context.deps, id, status);
  return id;
};
const body = (...postIds: string[]) => ({
  name: 'Spring',
  timeZone: 'Europe/Berlin',
  posts: postIds.map((postId, place) => ({ postId, publishAt: instantAfter(noon, place * 1000) })),
});

beforeEach(() => {
  context = harness();
});

describe('making a campaign', () => {
  test('gives the draft with a slot per post, in the order given', async () => {
    const [one, two] = [await knownPost(), await knownPost()];
    const { status, body: campaign, etag } = await context.ask(createCampaign, View, { body: body(one, two) });
    expect(status).toBe(201);
    expect(etag).toBe('"v1"');
    expect(campaign).toMatchObject({ status: 'draft', run: 0, name: 'Spring', timeZone: 'Europe/Berlin' });
    expect(campaign.slots).toMatchObject([
      { postId: one, publishAt: noon.toISOString(), status: 'open' },
      { postId: two, publishAt: instantAfter(noon, 1000), status: 'open' },
    ]);
  });

  test('names the posts it does not know, and waits for one whose event is still on its way', async () => {
    const unknown = newId('pst', noon);
    const refused = await context.ask(createCampaign, Problem, { body: body(await knownPost(), unknown) });
    expect(refused.status).toBe(404);
    expect(refused.body.fields).toMatchObject([{ path: 'body.posts.1.postId', code: 'post_not_found' }]);

    context.deps.patience = { totalMs: 2_000, everyMs: 5 };
    const asked = context.ask(createCampaign, View, { body: body(unknown) });
    await new Promise((resolve) => setImmediate(resolve));
    await know(context.deps, unknown);
    expect((await asked).status).toBe(201);
  });

  test.each(['published', 'deleted'] as const)('refuses a post that is %s, naming it', async (status) => {
    const refused = await context.ask(createCampaign, Problem, {
      body: body(await knownPost(status), await knownPost()),
    });
    expect(refused.status).toBe(409);
    expect(refused.body.fields).toMatchObject([{ path: 'body.posts.0.postId', code: `post_${status}` }]);
  });

  test('keeps what its links are marked with, and tells it', async () => {
    const utm = { source: 'x', medium: ' social ', campaign: 'spring', content: 'Früh & spät' };
    const sent = { body: { ...body(await knownPost()), utm } };
    const { body: campaign } = await context.ask(createCampaign, View, sent);
    const kept = { ...utm, medium: 'social', term: null };
    expect(campaign.utm).toEqual(kept);
    const change = (changed: unknown) => ({
      path: { campaignId: campaign.id },
      body: { utm: changed },
      headers: { 'if-match': '*' },
    });
    const summer = { ...kept, campaign: 'summer' };
    expect((await context.ask(changeCampaign, View, change(summer))).body.utm).toEqual(summer);
    const renamed = { ...change(null), body: { name: 'Summer' } };
    expect((await context.ask(changeCampaign, View, renamed)).body.utm).toEqual(summer);
    expect((await context.ask(changeCampaign, View, change(null))).body.utm).toBeNull();
    expect(context.events().map(({ detail }) => detail.data)).toEqual(
      [kept, summer, summer, null].map((each) => ({ utm: each })),
    );
  });

  test.each([
    { source: 'x', medium: 'social' },
    { source: '', medium: 'social', campaign: 'a' },
    { source: 'x', medium: 'a\nb', campaign: 'a' },
    { source: 'x', medium: 'social', campaign: 'a'.repeat(101) },
    { source: 'x', medium: 'social', campaign: 'a', other: 'b' },
  ])('refuses link parameters that are none: %j', async (utm) => {
    expect((await context.ask(createCampaign, Problem, { body: { ...body(await knownPost()), utm } })).status).toBe(
      400,
    );
  });

  test('refuses a post of another campaign until that one is over', async () => {
    const postId = await knownPost();
    const first = await context.ask(createCampaign, View, { body: body(postId) });
    const refused = await context.ask(createCampaign, Problem, { body: body(postId) });
    expect(refused.status).toBe(409);
    expect(refused.body.fields).toMatchObject([{ path: 'body.posts.0.postId', code: 'post_in_campaign' }]);

    await context.ask(cancelCampaign, View, { path: { campaignId: first.body.id } });
    expect((await context.ask(createCampaign, View, { body: body(postId) })).status).toBe(201);
  });

  test('lets one of two campaigns win that take a post at the same time', async () => {
    const postId = await knownPost();
    const answers = await Promise.all(
      [1, 2].map(() => context.ask(createCampaign, View.or(Problem), { body: body(postId) })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  test.each([
    ['a zone that does not exist', { timeZone: 'Europe/Atlantis' }, 'invalid_time_zone'],
    ['a zone that only ICU has', { timeZone: 'IST' }, 'invalid_time_zone'],
    ['an empty name', { name: '  ' }, 'invalid_body'],
    ['a name of 121 characters', { name: 'x'.repeat(121) }, 'invalid_body'],
    ['no posts', { posts: [] }, 'invalid_body'],
    [
      'a time of no zone',
      { posts: [{ postId: newId('pst', noon), publishAt: '2026-11-22T12:00:00' }] },
      'invalid_body',
    ],
    ['an unknown field', { budget: 3 }, 'invalid_body'],
  ])('refuses %s', async (_, wrong, code) => {
    const refused = await context.ask(createCampaign, Problem, { body: { ...body(await knownPost()), ...wrong } });
    expect(refused).toMatchObject({ status: 400, body: { code } });
  });

  test('takes 50 posts and refuses 51, or one twice', async () => {
    const ids = await Promise.all(Array.from({ length: 51 }, () => knownPost()));
    expect((await context.ask(createCampaign, Problem, { body: body(...ids) })).status).toBe(400);
    expect((await context.ask(createCampaign, View, { body: body(...ids.slice(1)) })).status).toBe(201);
    const [one = ''] = ids;
    expect((await context.ask(createCampaign, Problem, { body: body(one, one) })).status).toBe(400);
  });
});

describe('reading campaigns', () => {
  test("answers 404 for one of another workspace, as for one that isn't there", async () => {
    const { id: campaignId } = await drafted(context.deps);
    const stranger = { ...owner, workspaceId: newId('wsp', noon) };
    const refused = await context.ask(getCampaign, Problem, { path: { campaignId }, as: stranger });
    expect(refused).toMatchObject({ status: 404, body: { code: 'campaign_not_found' } });
  });

  test('lists the newest first, by status, without slots', async () => {
    const old = await drafted(context.deps);
    const running = await launched(context.deps, planOf(1), new Date(instantAfter(noon, 1)));
    const all = await context.ask(listCampaigns, listCampaigns.response);
    expect(all.body.items.map(({ id }) => id)).toEqual([running.id, old.id]);
    expect(all.body.items[0]).not.toHaveProperty('slots');
    const drafts = await context.ask(listCampaigns, listCampaigns.response, { query: { status: 'draft' } });
    expect(drafts.body.items.map(({ id }) => id)).toEqual([old.id]);
  });
});

describe('changing a campaign', () => {
  test('gives a draft other posts and times; a post that stays keeps its slot', async () => {
    const draft = await drafted(context.deps, planOf(2));
    const [kept, dropped] = draft.slots;
    const added = await knownPost();
    const posts = [
      { postId: added, publishAt: instantAfter(noon, 5000) },
      { postId: kept?.postId, publishAt: instantAfter(noon, 9000) },
    ];
    const changed = await context.ask(changeCampaign, View, {
      path: { campaignId: draft.id },
      headers: { 'if-match': '"v1"' },
      body: { posts },
    });
    expect(changed.status).toBe(200);
    expect(changed.etag).toBe('"v2"');
    expect(changed.body.slots.map(({ postId }) => postId)).toEqual([added, kept?.postId]);
    expect(changed.body.slots[1]).toMatchObject({ id: kept?.id, publishAt: instantAfter(noon, 9000) });
    // What was taken out is free for others, what came in is not.
    expect((await context.ask(createCampaign, View, { body: body(dropped?.postId ?? '') })).status).toBe(201);
    expect((await context.ask(createCampaign, Problem, { body: body(added) })).status).toBe(409);
  });

  test('a post that another campaign took meanwhile cannot come back', async () => {
    const draft = await drafted(context.deps, planOf(2));
    const [kept, gone] = draft.slots;
    const change = (posts: object[], version: number) =>
      context.ask(changeCampaign, View.or(Problem), {
        path: { campaignId: draft.id },
        headers: { 'if-match': `"v${version}"` },
        body: { posts },
      });
    const keep = { postId: kept?.postId, publishAt: noon.toISOString() };
    expect((await change([keep], 1)).status).toBe(200);
    await context.ask(createCampaign, View, { body: body(gone?.postId ?? '') });
    const back = await change([keep, { postId: gone?.postId, publishAt: noon.toISOString() }], 2);
    expect(back).toMatchObject({ status: 409, body: { fields: [{ code: 'post_in_campaign' }] } });
  });

  test('needs If-Match, and the version that was read', async () => {
    const { id: campaignId } = await drafted(context.deps);
    const sent = { path: { campaignId }, body: { name: 'Summer' } };
    expect((await context.ask(changeCampaign, Problem, sent)).status).toBe(428);
    expect((await context.ask(changeCampaign, Problem, { ...sent, headers: { 'if-match': '"v7"' } })).status).toBe(412);
  });

  test('lets a running one be renamed, but not planned anew', async () => {
    const { id: campaignId } = await launched(context.deps);
    const headers = { 'if-match': '"v2"' };
    const posts = body(await knownPost()).posts;
    const refused = await context.ask(changeCampaign, Problem, { path: { campaignId }, headers, body: { posts } });
    expect(refused).toMatchObject({ status: 409, body: { code: 'campaign_running' } });
    const renamed = await context.ask(changeCampaign, View, {
      path: { campaignId },
      headers,
      body: { name: 'Summer' },
    });
    expect(renamed.body.name).toBe('Summer');
  });
});

describe('running a campaign', () => {
  test('goes through launch, pause, resume and cancel, and counts its runs', async () => {
    const { id: campaignId } = await drafted(context.deps);
    const path = { campaignId };
    expect((await context.ask(launchCampaign, View, { path })).body).toMatchObject({ status: 'running', run: 1 });
    expect((await context.ask(pauseCampaign, View, { path })).body).toMatchObject({ status: 'paused', run: 1 });
    expect((await context.ask(resumeCampaign, View, { path })).body).toMatchObject({ status: 'running', run: 2 });
    expect((await context.ask(cancelCampaign, View, { path })).body).toMatchObject({ status: 'cancelled', run: 2 });
  });

  test('shows how far each slot is', async () => {
    const campaign = await launched(context.deps, planOf(2));
    const [slot] = await context.deps.slots.ofCampaign(workspaceId, campaign.id);
    if (!slot) throw new Error('no slot');
    await context.deps.slots.save({ ...slot, status: 'published' }, person);
    const seen = await context.ask(getCampaign, View, { path: { campaignId: campaign.id } });
    expect(seen.body.slots.map(({ status }) => status)).toEqual(['published', 'open']);
  });

  test('refuses to launch with times that have passed or are too far, naming the slots', async () => {
    const slots = [...planOf(1, -60_001), ...planOf(1, -59_000), ...planOf(1, 301 * 86_400_000)];
    const { id: campaignId } = await drafted(context.deps, slots);
    const refused = await context.ask(launchCampaign, Problem, { path: { campaignId } });
    expect(refused).toMatchObject({ status: 409, body: { code: 'slots_unlaunchable' } });
    expect(refused.body.fields?.map(({ path, code }) => [path, code])).toEqual([
      ['slots.0.publishAt', 'slot_past'],
      ['slots.2.publishAt', 'slot_too_far'],
    ]);
  });

  test.each([
    [pauseCampaign, 'campaign_draft'],
    [resumeCampaign, 'campaign_draft'],
  ])('refuses a step that the state does not allow: $id', async (operation, code) => {
    const { id: campaignId } = await drafted(context.deps);
    expect(await context.ask(operation, Problem, { path: { campaignId } })).toMatchObject({
      status: 409,
      body: { code },
    });
  });

  test.each([launchCampaign, pauseCampaign, resumeCampaign, cancelCampaign])(
    'refuses any step after the end: $id',
    async (operation) => {
      const { id: campaignId } = await drafted(context.deps);
      await context.ask(cancelCampaign, View, { path: { campaignId } });
      const refused = await context.ask(operation, Problem, { path: { campaignId } });
      expect(refused).toMatchObject({ status: 409, body: { code: 'campaign_cancelled' } });
    },
  );

  test('lets an editor write campaigns, but not launch them', async () => {
    const { id: campaignId } = await drafted(context.deps);
    const editor = { ...owner, role: 'editor' as const };
    const created = await context.ask(createCampaign, View, { body: body(await knownPost()), as: editor });
    expect(created.status).toBe(201);
    expect((await context.ask(launchCampaign, Problem, { path: { campaignId }, as: editor })).status).toBe(403);
  });
});

test('is ready when its table answers', async () => {
  expect((await context.ask(health.ready, health.ready.response)).status).toBe(200);
  const failing = harness({ get: () => Promise.reject(new Error('unreachable')) });
  expect((await failing.ask(health.ready, Problem)).status).toBe(503);
  expect((await failing.ask(health.health, health.health.response)).status).toBe(200);
});
