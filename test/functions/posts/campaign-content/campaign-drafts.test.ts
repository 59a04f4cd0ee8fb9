import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defaultSettings } from '#events/users.ts';
import { checkCampaign } from '#functions/campaigns/launch/contract.ts';
import { approveCampaign, submitCampaign } from '#functions/campaigns/lifecycle/contract.ts';
import { createCampaign, replaceCampaignPlan } from '#functions/campaigns/planning/contract.ts';
import * as templates from '#functions/posts/templates/contract.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { instantAfter } from '#shared/time.ts';
import { owner } from '#test/support/http-event.ts';
import { accountId, officeOpens, openOffice } from '#test/support/office.ts';

/* Posts that campaigns make from templates, from the plan to X, with the real contexts and workflow definitions. */

const { workspaceId } = owner;
const Id = z.looseObject({ id: z.string() });
const hour = 3_600_000;

const openDesk = async (...roasts: string[]) => {
  const office = await openOffice();
  const template = {
    name: 'Roast',
    parts: [{ text: 'Fresh from the roastery: {{roast}}' }],
    variables: [{ name: 'roast', type: 'text' }],
  };
  const made = await office.send('posts', templates.createTemplate, { as: owner, body: template });
  const { id: templateId } = Id.parse(made.body);
  const plan = (...of: string[]) => ({
    timeZone: 'Europe/Berlin',
    seed: 'seed',
    tracks: [
      {
        id: 'roasts',
        accountIds: [accountId],
        content: { kind: 'template', templateId, values: of.map((roast) => ({ roast })) },
        times: { kind: 'fixed', instants: of.map((_, place) => instantAfter(officeOpens, (1 + place) * hour)) },
      },
    ],
  });
  const body = { name: 'Spring', timeZone: 'Europe/Berlin', plan: plan(...roasts) };
  const { id: campaignId } = Id.parse((await office.send('campaigns', createCampaign, { as: owner, body })).body);
  const path = { campaignId };
  const campaign = () => office.campaigns.campaigns.get(workspaceId, campaignId);
  /** Runs another check; returns the posts of its slots, in order of time. */
  const check = async () => {
    await office.send('campaigns', checkCampaign, { as: owner, path });
    const { report } = await campaign();
    const parts = await office.campaigns.checks.parts(workspaceId, campaignId, report?.checkId ?? '');
    const ids = parts.flatMap(({ slots }) => slots.map(({ postId }) => postId));
    return Promise.all(ids.map((id) => office.posts.posts.get(workspaceId, id)));
  };
  const replan = (...of: string[]) =>
    office.send('campaigns', replaceCampaignPlan, { as: owner, path, body: { plan: plan(...of) } });
  const reword = (postId: string, text: string) =>
    office.send('posts', writing.changePost, { as: owner, path: { postId }, body: { parts: [{ text }] } });
  return { office, path, campaign, check, replan, reword };
};
const textsOf = (posts: { parts: readonly { text: string }[] }[]) => posts.map(({ parts }) => parts[0]?.text);

describe('drafts that a campaign makes from a template', () => {
  test('keep edits by people while their values stay the same, and are published after launch', async () => {
    const { office, path, check, reword } = await openDesk('Kenya', 'Peru');
    const [first, second] = await check();
    expect(textsOf([first, second].flatMap((each) => each ?? []))).toEqual([
      'Fresh from the roastery: Kenya',
      'Fresh from the roastery: Peru',
    ]);
    expect((await reword(first?.id ?? '', 'Kenya, and how')).status).toBe(200);
    const again = await check();
    expect(again.map(({ id }) => id)).toEqual([first?.id, second?.id]);
    expect(textsOf(again)).toEqual(['Kenya, and how', 'Fresh from the roastery: Peru']);
    await office.launch(path.campaignId, owner);
    const out = await office.letTimePass(owner);
    expect(out).toMatchObject([{ postId: first?.id }, { postId: second?.id }]);
  });

  test('are replaced when their values change: old ones are deleted unless a person has edited them', async () => {
    const { office, check, replan, reword } = await openDesk('Kenya', 'Peru', 'Brazil');
    const [first, second, third] = await check();
    await reword(second?.id ?? '', 'Peru, by hand');
    await replan('Kenya', 'Java', 'Sumatra');
    const again = await check();
    expect(textsOf(again)).toEqual(['Kenya', 'Java', 'Sumatra'].map((roast) => `Fresh from the roastery: ${roast}`));
    expect(again[0]?.id).toBe(first?.id);
    const status = async (id = '') => (await office.posts.posts.find(workspaceId, id))?.status;
    expect([await status(second?.id), await status(third?.id)]).toEqual(['draft', 'deleted']);
  });
});

test('an approved campaign approves only posts unchanged since review, and a later edit voids that', async () => {
  const { office, path, campaign, check, reword } = await openDesk('Kenya', 'Peru', 'Brazil');
  await office.posts.settings.learn(workspaceId, 2, { ...defaultSettings, approval: 'required' });
  const [first, second, third] = await check();
  const named = { reportVersion: (await campaign()).report?.version };
  const ask = (operation: typeof submitCampaign) =>
    office.send('campaigns', operation, { as: owner, path, body: named });
  expect((await ask(submitCampaign)).status).toBe(200);
  // Between the review and the decision.
  await reword(second?.id ?? '', 'Something else');
  expect((await ask(approveCampaign)).status).toBe(200);
  expect((await campaign()).review).toMatchObject({
    approvedPosts: 2,
    refusedPosts: [{ postId: second?.id, code: 'changed' }],
    voidedPosts: [],
  });
  const approval = async (id = '') => (await office.posts.posts.get(workspaceId, id)).approval.status;
  expect([await approval(first?.id), await approval(second?.id)]).toEqual(['approved', 'none']);
  // After the decision: that post alone loses its approval, and the campaign lists it.
  await reword(third?.id ?? '', 'Quite another');
  expect((await campaign()).review).toMatchObject({ approvedPosts: 2, voidedPosts: [third?.id] });
  expect([await approval(first?.id), await approval(third?.id)]).toEqual(['approved', 'none']);
  await expect(office.launch(path.campaignId, owner)).rejects.toThrow('approval_missing');
});
