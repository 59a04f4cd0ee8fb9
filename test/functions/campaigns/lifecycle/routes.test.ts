import { beforeEach, describe, expect, test } from 'vitest';
import { PostUpdated } from '#events/posts.ts';
import { changeCampaign, listCampaignSteps } from '#functions/campaigns/brief/contract.ts';
import type { Campaign } from '#functions/campaigns/domain/campaign.ts';
import { CampaignStatus } from '#functions/campaigns/domain/lifecycle.ts';
import { checkCampaign } from '#functions/campaigns/launch/contract.ts';
import * as lifecycle from '#functions/campaigns/lifecycle/contract.ts';
import { createCampaign } from '#functions/campaigns/planning/contract.ts';
import { resumeCampaign } from '#functions/campaigns/resuming/contract.ts';
import { CampaignView } from '#functions/campaigns/views.ts';
import type { Operation } from '#shared/http/operation.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import { person } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import {
  accountId,
  campaignOf,
  drafted,
  type Harness,
  harness,
  know,
  launched,
  noon,
  planOf,
  workspaceId,
} from '../harness.ts';
import { answers, workflowsOf } from '../workflows.ts';

let context: Harness;
beforeEach(() => {
  context = harness();
});

const reportVersion = 'a'.repeat(32);
const View = CampaignView;

/** A campaign in that status. */
const inStatus = async (status: CampaignStatus): Promise<Campaign> => {
  const made = await context.deps.campaigns.create(campaignOf({ planVersion: 1 }), person);
  return status === 'draft' ? made : context.deps.campaigns.save({ ...made, status }, person);
};

/** Each step with its body and the statuses that allow it. */
const steps: readonly [Operation, object | undefined, readonly CampaignStatus[]][] = [
  [lifecycle.submitCampaign, { reportVersion }, ['draft']],
  [lifecycle.approveCampaign, { reportVersion }, ['in_review']],
  [lifecycle.requestCampaignChanges, { note: 'Shorter, please' }, ['in_review']],
  [lifecycle.reviseCampaign, undefined, ['in_review', 'approved']],
  [lifecycle.pauseCampaign, undefined, ['running']],
  [resumeCampaign, undefined, ['paused']],
  [lifecycle.cancelCampaign, undefined, ['draft', 'in_review', 'approved', 'launching', 'running', 'paused']],
  [lifecycle.archiveCampaign, undefined, ['draft', 'completed', 'cancelled']],
];

describe.each(steps)('$id', (operation, body, allowed) => {
  // Pausing or cancelling again is no conflict.
  const again: readonly CampaignStatus[] =
    operation === lifecycle.pauseCampaign ? ['paused'] : operation === lifecycle.cancelCampaign ? ['cancelled'] : [];
  const refused = CampaignStatus.options.filter((status) => !allowed.includes(status) && !again.includes(status));

  test.each(again)('returns a campaign that is already %s unchanged', async (status) => {
    const campaign = await inStatus(status);
    const answer = await context.ask(operation, View, { path: { campaignId: campaign.id }, body });
    expect(answer).toMatchObject({ status: 200, body: { status, version: campaign.version } });
  });

  test.each(refused)(
    'is rejected for a campaign that is %s, with the code of that status, and changes nothing',
    async (status) => {
      const campaign = await inStatus(status);
      const answer = await context.ask(operation, Problem, { path: { campaignId: campaign.id }, body });
      expect(answer).toMatchObject({ status: 409, body: { code: `campaign_${status}` } });
      expect(operation.errors.conflict).toContain(`campaign_${status}`);
      expect(await context.deps.campaigns.get(workspaceId, campaign.id)).toEqual(campaign);
    },
  );

  test('returns 404 for an unknown campaign and for one of another workspace', async () => {
    const { id: campaignId } = await inStatus(allowed[0] ?? 'draft');
    const unknown = { path: { campaignId: newId('cmp', noon) }, body };
    expect(await context.ask(operation, Problem, unknown)).toMatchObject({ status: 404 });
    const stranger = { ...owner, workspaceId: newId('wsp', noon) };
    const sent = { path: { campaignId }, body, as: stranger };
    expect(await context.ask(operation, Problem, sent)).toMatchObject({
      status: 404,
      body: { code: 'campaign_not_found' },
    });
  });

  test('is rejected with 412 if If-Match names a stale version', async () => {
    const { id: campaignId } = await inStatus(allowed[0] ?? 'draft');
    const sent = { path: { campaignId }, body, headers: { 'if-match': '"v99"' } };
    expect((await context.ask(operation, Problem, sent)).status).toBe(412);
  });
});

describe('a step', () => {
  test('is listed with who took it and why, newest first', async () => {
    const { id: campaignId } = await launched(context.deps);
    const path = { campaignId };
    const take = (operation: Operation, body?: object) => context.ask(operation, View, { path, body });
    await take(lifecycle.pauseCampaign, { note: 'A storm' });
    context.clock.pass(1_000);
    expect((await take(resumeCampaign)).body).toMatchObject({ status: 'running', run: 2 });
    const { body: cancelled } = await take(lifecycle.cancelCampaign, { note: null });
    expect(cancelled).toMatchObject({ status: 'cancelled', lastStep: { transition: 'cancel', note: null } });
    const first = await context.ask(listCampaignSteps, listCampaignSteps.response, { path, query: { limit: '2' } });
    const rest = await context.ask(listCampaignSteps, listCampaignSteps.response, {
      path,
      query: { limit: '50', cursor: first.body.nextCursor ?? '' },
    });
    const all = [...first.body.items, ...rest.body.items];
    expect(all.map(({ transition, from, to, by, note }) => [transition, from, to, by, note])).toEqual([
      ['cancel', 'running', 'cancelled', owner.personId, null],
      ['resume', 'paused', 'running', owner.personId, null],
      ['pause', 'running', 'paused', owner.personId, 'A storm'],
      ['start', 'launching', 'running', owner.personId, null],
      ['launch', 'draft', 'launching', owner.personId, null],
    ]);
    expect(all[0]?.version).toBe(cancelled.version);
    expect(rest.body.nextCursor).toBeNull();
  });

  test('is not recorded for a change of the campaign details', async () => {
    const { id: campaignId } = await launched(context.deps);
    const path = { campaignId };
    const steps = async () => (await context.ask(listCampaignSteps, listCampaignSteps.response, { path })).body.items;
    const before = await steps();
    await context.ask(changeCampaign, View, { path, headers: { 'if-match': '*' }, body: { name: 'Summer' } });
    expect(await steps()).toEqual(before);
  });

  test('has a note of at most 500 characters, which a request for changes requires', async () => {
    const { id: campaignId } = await inStatus('in_review');
    const path = { campaignId };
    const ask = (body: object) => context.ask(lifecycle.requestCampaignChanges, View.or(Problem), { path, body });
    expect((await ask({})).status).toBe(400);
    expect((await ask({ note: ' ' })).status).toBe(400);
    expect((await ask({ note: 'x'.repeat(501) })).status).toBe(400);
    expect((await ask({ note: 'Shorter' })).body).toMatchObject({ status: 'draft', lastStep: { note: 'Shorter' } });
  });

  test('that decides, pauses, resumes or cancels is forbidden for editors', async () => {
    const editor = { ...owner, role: 'editor' as const };
    const decided = steps.filter(([{ access }]) => access === 'campaigns:launch');
    expect(decided.map(([{ id }]) => id)).toEqual([
      'approveCampaign',
      'requestCampaignChanges',
      'pauseCampaign',
      'resumeCampaign',
      'cancelCampaign',
    ]);
    for (const [operation, body, allowed] of decided) {
      const { id: campaignId } = await inStatus(allowed[0] ?? 'draft');
      expect((await context.ask(operation, Problem, { path: { campaignId }, body, as: editor })).status).toBe(403);
    }
  });

  test('that pauses a campaign succeeds despite a concurrent write', async () => {
    const campaign = await launched(context.deps);
    const path = { campaignId: campaign.id };
    const stored = { ...context.deps.campaigns };
    let isMet = false;
    context.deps.campaigns.save = async (...given) => {
      if (!isMet) {
        isMet = true;
        await stored.save(campaign, person);
      }
      return stored.save(...given);
    };
    expect((await context.ask(lifecycle.pauseCampaign, View, { path })).body.status).toBe('paused');
  });
});

describe('a review', () => {
  const checked = async () => {
    const others = answers();
    const workflows = workflowsOf(context, others);
    const posts = planOf(30, 3_600_000);
    for (const { postId } of posts) {
      await know(context.deps, postId);
      others.facts.set(postId, { approval: 'submitted' });
    }
    const body = { name: 'Spring', timeZone: 'UTC', posts };
    const path = { campaignId: (await context.ask(createCampaign, View, { body })).body.id };
    await context.ask(checkCampaign, View, { path });
    await workflows.settle();
    const { report } = await context.deps.campaigns.get(workspaceId, path.campaignId);
    const named = { reportVersion: report?.version ?? '' };
    const ask = (operation: Operation, sent: object = named) =>
      context.ask(operation, View.or(Problem), { path, body: sent });
    const review = async () => (await context.deps.campaigns.get(workspaceId, path.campaignId)).review;
    return { others, workflows, posts, path, named, ask, review };
  };

  test('is accepted only for the current report version', async () => {
    const { ask, named } = await checked();
    const other = { reportVersion: 'b'.repeat(32) };
    const outdated = { status: 409, body: { code: 'launch_report_outdated' } };
    expect(await ask(lifecycle.submitCampaign, other)).toMatchObject(outdated);
    expect(await ask(lifecycle.submitCampaign, { reportVersion: 'x' })).toMatchObject({ status: 400 });
    expect((await ask(lifecycle.submitCampaign)).body).toMatchObject({
      status: 'in_review',
      review: { ...named, submittedBy: owner.personId, decidedBy: null },
    });
    expect(await ask(lifecycle.approveCampaign, other)).toMatchObject(outdated);
  });

  test('approves posts in parts by their listed hashes, and lists posts that are edited afterwards', async () => {
    const { ask, workflows, others, posts, review } = await checked();
    await ask(lifecycle.submitCampaign);
    expect((await ask(lifecycle.approveCampaign)).body).toMatchObject({
      status: 'approved',
      review: { decidedBy: owner.personId },
    });
    const [event] = workflows.due();
    if (!event) throw new Error('nothing is due');
    await workflows.start(event);
    expect(await review()).toMatchObject({ approvedPosts: 30, approvedParts: 2, refusedPosts: [] });
    const orders = others.asked.filter(({ task }) => task === 'posts.approveForCampaign').map(({ input }) => input);
    expect(orders).toHaveLength(2);
    const [{ postId: first } = { postId: '' }] = posts;
    expect(orders[0]).toMatchObject({
      approvals: posts.slice(0, 25).map(({ postId }) => ({ postId, contentHash: `hash of ${postId}` })),
    });
    await workflows.start(event);
    expect(await review()).toMatchObject({ approvedPosts: 30, approvedParts: 2 });

    await context.happened(PostUpdated, first, 2, { accountId });
    expect(await review()).toMatchObject({ voidedPosts: [first] });
  });

  test('ends when the campaign is revised, which returns it to draft', async () => {
    const { ask } = await checked();
    await ask(lifecycle.submitCampaign);
    expect((await ask(lifecycle.reviseCampaign, { note: 'One more' })).body).toMatchObject({
      status: 'draft',
      lastStep: { transition: 'revise', from: 'in_review', note: 'One more' },
    });
  });
});

test('a draft can be archived, and afterwards can only be cloned', async () => {
  const { id: campaignId } = await drafted(context.deps);
  const path = { campaignId };
  const archived = await context.ask(lifecycle.archiveCampaign, View, { path });
  expect(archived.body).toMatchObject({ status: 'archived', lastStep: { transition: 'archive', from: 'draft' } });
  const refused = await context.ask(lifecycle.cancelCampaign, Problem, { path });
  expect(refused.body.detail).toContain('It can only be cloned.');
});
