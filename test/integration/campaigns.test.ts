import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { afterLaunch, campaignNow, check, launch } from '#infra/local/campaigns.ts';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { expectProblem } from '../support/integration/answers.ts';
import {
  becomes,
  type Campaign,
  campaignBecomes,
  inMs,
  plan,
  Post,
  read,
  turn,
  uploadPicture,
  write,
} from '../support/integration/desk.ts';
import { endedExecutions, executionsOf, statesOf } from '../support/integration/executions.ts';
import { stage } from '../support/integration/stage.ts';
import { requestsAtX, tellX } from '../support/integration/x.ts';

const maya = new Marketer(stage);
beforeAll(() => maya.join());

const allSlots =
  (...statuses: string[]) =>
  (campaign: Campaign): boolean =>
    campaign.slots.every(({ status }) => statuses.includes(status));

/** A campaign on an X account of its own, launched and planned, with a post due at each of these times after that. */
const launched = async (...dueInMs: number[]) => {
  const xUsername = await newXUser(stage);
  const accountId = await maya.connect(xUsername);
  const texts = dueInMs.map((_, place) => `Slot ${place}, ${randomUUID()}.`);
  const postIds: string[] = [];
  for (const text of texts) postIds.push((await write(maya, accountId, text)).id);
  const firstAt = Date.parse(afterLaunch());
  const times = dueInMs.map((due) => new Date(firstAt + due).toISOString());
  const draft = await plan(
    maya,
    postIds.map((postId, place) => ({ postId, publishAt: times[place] ?? '' })),
  );
  expect((await launch(maya, draft)).status).toBe('running');
  const campaign = await campaignBecomes(maya, draft, 'every slot planned', allSlots('planned'));
  return { campaign, xUsername, texts, postIds, lastAt: Math.max(...times.map((at) => Date.parse(at))) };
};

const textsOnX = async (xUsername: string): Promise<string[]> =>
  (await postsOnX(stage, xUsername)).map(({ rawText }) => rawText);

describe.concurrent('a campaign', () => {
  test('that is paused before its slots are due holds all, and publishes each once when it goes on', async () => {
    const { campaign, xUsername, texts, postIds, lastAt } = await launched(6_000, 6_000, 6_500);
    expect((await turn(maya, campaign, 'pause')).status).toBe('paused');
    await campaignBecomes(maya, campaign, 'every slot held', allSlots('held'));
    expect(Date.now(), 'held when their time came, not before').toBeGreaterThanOrEqual(lastAt);
    for (const id of postIds) {
      const held = await read(maya, { id });
      expect(held).toMatchObject({ status: 'held', problem: { code: 'campaign_paused' } });
      expect(held.problem?.reason).toMatch(/resume/);
      const executions = await endedExecutions('publish-post', id);
      expect(new Set(executions.map(({ status }) => status))).toEqual(new Set(['SUCCEEDED']));
    }
    expect(await textsOnX(xUsername)).toEqual([]);

    await turn(maya, campaign, 'resume');
    const done = await campaignBecomes(maya, campaign, 'completed', ({ status }) => status === 'completed');
    expect(done.slots.map(({ status }) => status)).toEqual(['published', 'published', 'published']);
    expect((await textsOnX(xUsername)).sort()).toEqual([...texts].sort());
  });

  test('that is paused while the media of a post are on their way to X holds it all the same', async () => {
    const username = await newXUser(stage);
    const accountId = await maya.connect(username);
    const text = `A picture that takes long, ${randomUUID()}.`;
    const parts = [{ text, mediaIds: [await uploadPicture(maya)] }];
    const { id: postId } = await maya.do(Post, 'POST', '/v1/posts', { accountId, parts });
    // X takes longer with the picture than the pause needs, and less with each call than it may take.
    const rules = ['append', 'finalize'].map((step) => ({
      ...{ method: 'POST', path: `/2/media/upload/:id/${step}`, username },
      fault: { kind: 'delay', ms: 1_200 },
    }));
    await tellX('POST', 'faults', rules);
    const draft = await plan(maya, [{ postId, publishAt: afterLaunch() }]);
    await launch(maya, draft);
    await eventually('the upload is on its way', async () => {
      const requests = await requestsAtX(username);
      return requests.some(({ operation }) => operation === 'initializeMediaUpload') || undefined;
    });
    expect((await turn(maya, draft, 'pause')).status).toBe('paused');
    await campaignBecomes(maya, draft, 'every slot held', allSlots('held'));
    expect(await read(maya, { id: postId })).toMatchObject({ problem: { code: 'campaign_paused' } });
    expect(await textsOnX(username)).toEqual([]);

    await turn(maya, draft, 'resume');
    await campaignBecomes(maya, draft, 'completed', ({ status }) => status === 'completed');
    expect(await textsOnX(username)).toEqual([text]);
  });

  test('whose post a person takes off, or gives another time, right after it was resumed does not overrule them', async () => {
    const { campaign, xUsername, texts, postIds } = await launched(4_000, 4_000, 4_000);
    await turn(maya, campaign, 'pause');
    await campaignBecomes(maya, campaign, 'every slot held', allSlots('held'));
    await turn(maya, campaign, 'resume');
    const [first = '', second = ''] = postIds;
    const dueAt = inMs(25_000);
    const answers = await Promise.all([
      maya.call('POST', `/v1/posts/${first}/cancel`),
      maya.call('POST', `/v1/posts/${second}/schedule`, { publishAt: dueAt }),
    ]);
    // Whether all is done is asked 2, 6, 14, 30 and 62 s after the last time that was planned: after the moved post's own
    // time, some 25 s, it may take as long again.
    const patience = { withinMs: 150_000 };
    await campaignBecomes(maya, campaign, 'completed', ({ status }) => status === 'completed', patience);
    const shown = await postsOnX(stage, xUsername);
    // Where the plan was quicker, the person was told that the post is on its way.
    const [isCancelled, isMoved] = answers.map(({ status }) => status < 300);
    expect(shown.map(({ rawText }) => rawText).sort()).toEqual(texts.slice(isCancelled === true ? 1 : 0));
    const moved = shown.find(({ rawText }) => rawText === texts[1]);
    if (isMoved === true) expect(Date.parse(moved?.createdAt ?? '')).toBeGreaterThanOrEqual(Date.parse(dueAt));
  });

  test('that is paused and resumed before anything is due publishes each once, at its time', async () => {
    const { campaign, xUsername, texts, lastAt } = await launched(8_000);
    await turn(maya, campaign, 'pause');
    await turn(maya, campaign, 'resume');
    await campaignBecomes(maya, campaign, 'completed', ({ status }) => status === 'completed');
    const shown = await postsOnX(stage, xUsername);
    expect(shown.map(({ rawText }) => rawText)).toEqual(texts);
    expect(Date.parse(shown[0]?.createdAt ?? '')).toBeGreaterThanOrEqual(lastAt);
  });

  test('that is paused before it was planned plans nothing, and all of it when it goes on', async () => {
    const accountId = await maya.connect(await newXUser(stage));
    const { id: postId } = await write(maya, accountId, `Not yet, ${randomUUID()}.`);
    const draft = await plan(maya, [{ postId, publishAt: inMs(86_400_000) }]);
    const { report } = await check(maya, draft);
    await maya.do(z.unknown(), 'POST', `/v1/campaigns/${draft.id}/launch`, { reportVersion: report.version });
    const pause = () => maya.call('POST', `/v1/campaigns/${draft.id}/pause`);
    const isPaused = async () => ((await pause()).status === 200 ? true : undefined);
    await eventually('it runs, and is paused at once', isPaused, { everyMs: 100 });
    // Its run ends, or was quicker and waits for the last slot.
    await eventually('the run has seen the pause, or has planned the slot before', async () => {
      const executions = await executionsOf('run-campaign', draft.id);
      const { slots } = await campaignNow(maya, draft);
      return executions.some(({ status }) => status !== 'RUNNING') || slots[0]?.status === 'planned' || undefined;
    });
    await turn(maya, draft, 'resume');
    await campaignBecomes(maya, draft, 'every slot planned', allSlots('planned'));
    await becomes(maya, { id: postId }, 'scheduled');
  });

  test('that is cancelled publishes nothing any more, and ends its workflows', async () => {
    const { campaign, xUsername, postIds } = await launched(6_000, 86_400_000);
    expect((await turn(maya, campaign, 'cancel')).status).toBe('cancelled');
    for (const id of postIds) await becomes(maya, { id }, 'cancelled');
    const [soon = ''] = postIds;
    // The workflow of the post that was due wakes at its time, and finds it taken off.
    await endedExecutions('publish-post', soon);
    expect(await textsOnX(xUsername)).toEqual([]);
    expectProblem(await maya.call('POST', `/v1/campaigns/${campaign.id}/resume`), 409, 'campaign_cancelled');
  });

  test('lets nothing pass from the moment its pause is answered', async () => {
    const { campaign, xUsername, texts, postIds } = await launched(6_000, 7_000, 8_000, 9_000, 10_000, 11_000);
    await eventually('the first of its posts on X', async () =>
      (await textsOnX(xUsername)).length > 0 ? true : undefined,
    );
    await turn(maya, campaign, 'pause');
    const pausedAt = Date.now();
    const settled = await campaignBecomes(maya, campaign, 'every slot out or held', allSlots('published', 'held'));
    const out = settled.slots.filter(({ status }) => status === 'published').map(({ postId }) => postId);
    expect(out.length).toBeGreaterThan(0);
    expect(out.length).toBeLessThan(postIds.length);
    expect((await textsOnX(xUsername)).length).toBe(out.length);
    for (const id of out) {
      const [execution] = await endedExecutions('publish-post', id);
      const permit = (await statesOf(execution?.arn ?? '')).find(({ name }) => name === 'Permit');
      expect(permit?.leftAt.getTime(), 'what is out was permitted before the pause').toBeLessThanOrEqual(pausedAt);
    }

    await turn(maya, campaign, 'resume');
    await campaignBecomes(maya, campaign, 'completed', ({ status }) => status === 'completed');
    expect((await textsOnX(xUsername)).sort()).toEqual([...texts].sort());
  });

  test('goes on when one of its posts is deleted, and counts it as not published', async () => {
    const { campaign, xUsername, texts, postIds } = await launched(6_000, 6_500);
    // The campaign's own planning may write the post at the same instant: 409 says try again.
    await eventually('the post was deleted', async () => {
      const { status } = await maya.call('DELETE', `/v1/posts/${postIds[0] ?? ''}`);
      return status === 204 ? true : undefined;
    });
    const done = await campaignBecomes(maya, campaign, 'completed', ({ status }) => status === 'completed');
    expect(done.slots.map(({ status }) => status)).toEqual(['dropped', 'published']);
    expect(await textsOnX(xUsername)).toEqual([texts[1]]);
    expect(await maya.call('GET', `/v1/campaigns/${campaign.id}`)).toMatchObject({
      body: { result: { published: 1, notPublished: 1 } },
    });
  });
});

const Report = z.object({
  version: z.string(),
  canLaunch: z.boolean(),
  blockers: z.array(
    z.object({ code: z.string(), message: z.string(), place: z.object({ postId: z.string().nullable() }) }),
  ),
});

test('a post belongs to one campaign that is launched and not over', async () => {
  const accountId = await maya.connect(await newXUser(stage));
  const { id: postId } = await write(maya, accountId, `Wanted twice, ${randomUUID()}.`);
  const [first, second] = [
    await plan(maya, [{ postId, publishAt: inMs(86_400_000) }]),
    await plan(maya, [{ postId, publishAt: inMs(86_400_000) }]),
  ];
  const seen = await check(maya, second);
  expect(seen.report.canLaunch).toBe(true);
  await launch(maya, first);

  // What was seen is not so any more: nothing is launched, and the newer report says why.
  const asked = { reportVersion: seen.report.version };
  expect((await maya.call('POST', `/v1/campaigns/${second.id}/launch`, asked)).status).toBe(202);
  const failed = await campaignBecomes(maya, second, 'not launched', ({ status }) => status !== 'launching');
  expect(failed).toMatchObject({ status: 'draft', launch: { failure: { code: 'launch_blocked' } }, slots: [] });
  const report = await maya.do(Report, 'GET', `/v1/campaigns/${second.id}/launch-report`);
  expect(report).toMatchObject({ canLaunch: false, blockers: [{ code: 'post_taken', place: { postId } }] });
  expect(report.blockers[0]?.message).toContain(first.id);
  const again = { reportVersion: report.version };
  expectProblem(await maya.call('POST', `/v1/campaigns/${second.id}/launch`, again), 409, 'launch_blocked');

  await turn(maya, first, 'cancel');
  expect((await launch(maya, second)).status).toBe('running');
});

test('a campaign moves from state to state in its order alone', async () => {
  const accountId = await maya.connect(await newXUser(stage));
  const { id: postId } = await write(maya, accountId, `In order, ${randomUUID()}.`);
  const draft = await plan(maya, [{ postId, publishAt: inMs(86_400_000) }]);
  const { report } = await check(maya, draft);
  const bodies: Readonly<Record<string, object>> = {
    launch: { reportVersion: report.version },
    submit: { reportVersion: report.version },
    approve: { reportVersion: report.version },
  };
  const ask = (verb: string) => maya.call('POST', `/v1/campaigns/${draft.id}/${verb}`, bodies[verb]);
  const refuse = async (verb: string, code: string) => {
    expectProblem(await ask(verb), 409, code);
  };
  for (const verb of ['pause', 'resume', 'approve']) await refuse(verb, 'campaign_draft');
  expect(await ask('submit')).toMatchObject({ status: 200, body: { status: 'in_review' } });
  for (const verb of ['launch', 'submit', 'pause']) await refuse(verb, 'campaign_in_review');
  expect(await ask('approve')).toMatchObject({ status: 200, body: { status: 'approved' } });
  await refuse('submit', 'campaign_approved');
  await launch(maya, draft);
  for (const verb of ['launch', 'resume']) await refuse(verb, 'campaign_running');
  await turn(maya, draft, 'pause');
  await refuse('launch', 'campaign_paused');
  expect(await ask('pause'), 'a stop that is repeated').toMatchObject({ status: 200, body: { status: 'paused' } });
  await turn(maya, draft, 'cancel');
  for (const verb of ['launch', 'pause', 'resume']) await refuse(verb, 'campaign_cancelled');
  expect(await ask('cancel'), 'a stop that is repeated').toMatchObject({ status: 200, body: { status: 'cancelled' } });
  await turn(maya, draft, 'archive');
  for (const verb of ['launch', 'cancel', 'archive']) await refuse(verb, 'campaign_archived');
});
