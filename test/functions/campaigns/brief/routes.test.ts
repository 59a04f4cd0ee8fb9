import { beforeEach, describe, expect, test } from 'vitest';
import {
  changeCampaign,
  getCampaign,
  listCampaigns,
  listCampaignSlots,
  listCampaignSteps,
} from '#functions/campaigns/brief/contract.ts';
import { CampaignStatus } from '#functions/campaigns/domain/lifecycle.ts';
import { health } from '#functions/campaigns/health.ts';
import { CampaignView } from '#functions/campaigns/views.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import { instantAfter } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { campaignOf, drafted, type Harness, harness, launched, noon, planOf, slotsOf } from '../harness.ts';

let context: Harness;
beforeEach(() => {
  context = harness();
});

describe('reading campaigns', () => {
  test.each([getCampaign, listCampaignSlots, listCampaignSteps])(
    'returns 404 for a campaign of another workspace: $id',
    async (operation) => {
      const { id: campaignId } = await drafted(context.deps);
      const stranger = { ...owner, workspaceId: newId('wsp', noon) };
      const refused = await context.ask(operation, Problem, { path: { campaignId }, as: stranger });
      expect(refused).toMatchObject({ status: 404, body: { code: 'campaign_not_found' } });
    },
  );

  test('shows budgets only to roles that may read usage', async () => {
    const budget = { maxMicros: 5_000_000, maxPosts: null, warnAtPercent: [80] };
    const { id: campaignId } = await context.deps.campaigns.create(campaignOf({ budget }), person);
    const seen = async (role: 'manager' | 'editor' | 'analyst') => {
      const as = { ...owner, role };
      const one = await context.call(getCampaign, { path: { campaignId }, as });
      const { body } = await context.ask(listCampaigns, listCampaigns.response, { as });
      return [CampaignView.parse(one.body).budget, body.items[0]?.budget];
    };
    expect(await seen('manager')).toEqual([budget, budget]);
    expect(await seen('editor')).toEqual([undefined, undefined]);
    expect(await seen('analyst')).toEqual([undefined, undefined]);
  });

  test('lists the newest first and filters by status and tag', async () => {
    const old = await drafted(context.deps);
    const running = await launched(context.deps, planOf(1), new Date(instantAfter(noon, 1)));
    const made = new Date(instantAfter(noon, 2));
    const tagged = await context.deps.campaigns.create(
      campaignOf({ id: newId('cmp', made), tags: ['Spring', 'DACH'] }),
      person,
    );
    const listed = async (query: Record<string, string> = {}) =>
      (await context.ask(listCampaigns, listCampaigns.response, { query })).body.items.map(({ id }) => id);
    expect(await listed()).toEqual([tagged.id, running.id, old.id]);
    expect(await listed({ status: 'draft' })).toEqual([tagged.id, old.id]);
    expect(await listed({ tag: 'DACH' })).toEqual([tagged.id]);
    expect(await listed({ tag: 'dach' })).toEqual([]);
    expect(await listed({ tag: 'DACH', status: 'running' })).toEqual([]);
    expect((await context.ask(listCampaigns, Problem, { query: { status: 'unknown' } })).status).toBe(400);
  });

  test('hides internal fields', async () => {
    const { id: campaignId } = await launched(context.deps);
    const { body } = await context.ask(getCampaign, CampaignView, { path: { campaignId } });
    const { raw } = await context.ask(getCampaign, CampaignView, { path: { campaignId } });
    expect(body).toMatchObject({ status: 'running', launch: { number: 1, failure: null } });
    for (const hidden of ['workspaceId', 'correlationId', 'startedAt', 'requestedBy', 'checkId']) {
      expect(raw).not.toContain(`"${hidden}"`);
    }
  });

  test('lists slots with their status page by page, and none for a campaign that was not launched', async () => {
    const draft = await drafted(context.deps, planOf(2));
    const listed = (campaignId: string, query: Record<string, string> = {}) =>
      context.ask(listCampaignSlots, listCampaignSlots.response, { path: { campaignId }, query });
    expect((await listed(draft.id)).body).toEqual({ items: [], nextCursor: null });
    const running = await launched(context.deps, planOf(3));
    const [slot] = await slotsOf(context.deps, running);
    if (!slot) throw new Error('no slot');
    await context.deps.slots.save({ ...slot, status: 'held', heldFor: 'account_suspended' }, person);
    const first = await listed(running.id, { limit: '2' });
    const rest = await listed(running.id, { limit: '2', cursor: first.body.nextCursor ?? '' });
    const all = [...first.body.items, ...rest.body.items];
    expect(all).toHaveLength(3);
    expect(all.find(({ id }) => id === slot.id)).toEqual({
      ...{ id: slot.id, slotKey: slot.slotKey, trackId: slot.trackId, accountId: slot.accountId, postId: slot.postId },
      ...{ publishAt: slot.publishAt, timeZone: slot.timeZone, plannedBy: 1 },
      ...{ status: 'held', heldFor: 'account_suspended', trial: null },
    });
  });
});

describe('changing the details of a campaign', () => {
  const said = {
    name: 'Summer',
    brief: 'Cold drinks',
    tags: ['EMEA'],
    ownerId: owner.personId,
    goals: [{ metric: 'link_clicks' as const, target: 500 }],
    budget: { maxMicros: 5_000_000, maxPosts: null, warnAtPercent: [80] },
    utm: null,
  };

  test('requires If-Match and rejects a stale version', async () => {
    const { id: campaignId } = await drafted(context.deps);
    const sent = { path: { campaignId }, body: { name: 'Summer' } };
    expect((await context.ask(changeCampaign, Problem, sent)).status).toBe(428);
    expect((await context.ask(changeCampaign, Problem, { ...sent, headers: { 'if-match': '"v7"' } })).status).toBe(412);
  });

  test.each(['draft', 'in_review', 'approved', 'running', 'paused'] as const)(
    'is possible while it is %s',
    async (status) => {
      const made = await context.deps.campaigns.create(campaignOf({ status }), person);
      const changed = await context.ask(changeCampaign, CampaignView, {
        path: { campaignId: made.id },
        headers: { 'if-match': '"v1"' },
        body: said,
      });
      expect(changed).toMatchObject({ status: 200, etag: '"v2"', body: { ...said, status } });
    },
  );

  test.each(['launching', 'completed', 'cancelled', 'archived'] as const)(
    'is refused while it is %s',
    async (status) => {
      expect(CampaignStatus.options).toContain(status);
      const made = await context.deps.campaigns.create(campaignOf({ status }), person);
      const refused = await context.ask(changeCampaign, Problem, {
        path: { campaignId: made.id },
        headers: { 'if-match': '*' },
        body: said,
      });
      expect(refused).toMatchObject({ status: 409, body: { code: `campaign_${status}` } });
    },
  );

  test.each([{ status: 'running' }, { posts: [] }, { plan: null }, { timeZone: 'UTC' }, { name: '' }])(
    'is rejected with 400 for any other or invalid field: %j',
    async (body) => {
      const { id: campaignId } = await drafted(context.deps);
      const sent = { path: { campaignId }, headers: { 'if-match': '*' }, body };
      expect((await context.ask(changeCampaign, Problem, sent)).status).toBe(400);
    },
  );
});

test('ready returns 503 if the table is unreachable, while health still returns 200', async () => {
  expect((await context.ask(health.ready, health.ready.response)).status).toBe(200);
  const failing = harness({ get: () => Promise.reject(new Error('unreachable')) });
  expect((await failing.ask(health.ready, Problem)).status).toBe(503);
  expect((await failing.ask(health.health, health.health.response)).status).toBe(200);
});
