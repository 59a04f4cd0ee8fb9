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

/** A running campaign on an X account of its own, fully planned, with posts due at these times after the launch. */
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
  test('that is paused before its slots are due holds every post, and publishes each once after it is resumed', async () => {
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

  test('that is paused while media are uploading to X holds their post until it is resumed', async () => {
    const username = await newXUser(stage);
    const accountId = await maya.connect(username);
    const text = `A picture that takes long, ${randomUUID()}.`;
    const parts = [{ text, mediaIds: [await uploadPicture(maya)] }];
    const { id: postId } = await maya.do(Post, 'POST', '/v1/posts', { accountId, parts });
    // The upload takes longer than the pause, but each call stays below its time-out.
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

  test('respects a cancel or reschedule of its posts that is accepted right after it is resumed', async () => {
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
    // Completion is checked 2, 6, 14, 30 and 62 s after the last planned time; after the moved post's own time, some
    // 25 s, it may take as long again.
    const patience = { withinMs: 150_000 };
    await campaignBecomes(maya, campaign, 'completed', ({ status }) => status === 'completed', patience);
    const shown = await postsOnX(stage, xUsername);
    // The request was refused if the campaign published the post first.
    const [isCancelled, isMoved] = answers.map(({ status }) => status < 300);
    expect(shown.map(({ rawText }) => rawText).sort()).toEqual(texts.slice(isCancelled === true ? 1 : 0));
    const moved = shown.find(({ rawText }) => rawText === texts[1]);
    if (isMoved === true) expect(Date.parse(moved?.createdAt ?? '')).toBeGreaterThanOrEqual(Date.parse(dueAt));
  });

  test('that is paused and resumed before its post is due publishes it once, at its time', async () => {
    const { campaign, xUsername, texts, lastAt } = await launched(8_000);
    await turn(maya, campaign, 'pause');
    await turn(maya, campaign, 'resume');
    await campaignBecomes(maya, campaign, 'completed', ({ status }) => status === 'completed');
    const shown = await postsOnX(stage, xUsername);
    expect(shown.map(({ rawText }) => rawText)).toEqual(texts);
    expect(Date.parse(shown[0]?.createdAt ?? '')).toBeGreaterThanOrEqual(lastAt);
  });

  test('that is paused right after its launch plans its slot once it is resumed', async () => {
    const accountId = await maya.connect(await newXUser(stage));
    const { id: postId } = await write(maya, accountId, `Not yet, ${randomUUID()}.`);
    const draft = await plan(maya, [{ postId, publishAt: inMs(86_400_000) }]);
    const { report } = await check(maya, draft);
    await maya.do(z.unknown(), 'POST', `/v1/campaigns/${draft.id}/launch`, { reportVersion: report.version });
    const pause = () => maya.call('POST', `/v1/campaigns/${draft.id}/pause`);
    const isPaused = async () => ((await pause()).status === 200 ? true : undefined);
    await eventually('it runs, and is paused at once', isPaused, { everyMs: 100 });
    // The run ends, unless it planned the slot before the pause.
    await eventually('the run has seen the pause, or has planned the slot before', async () => {
      const executions = await executionsOf('run-campaign', draft.id);
      const { slots } = await campaignNow(maya, draft);
      return executions.some(({ status }) => status !== 'RUNNING') || slots[0]?.status === 'planned' || undefined;
    });
    await turn(maya, draft, 'resume');
    await campaignBecomes(maya, draft, 'every slot planned', allSlots('planned'));
    await becomes(maya, { id: postId }, 'scheduled');
  });

  test('that is cancelled cancels its posts, publishes nothing, and cannot be resumed', async () => {
    const { campaign, xUsername, postIds } = await launched(6_000, 86_400_000);
    expect((await turn(maya, campaign, 'cancel')).status).toBe('cancelled');
    for (const id of postIds) await becomes(maya, { id }, 'cancelled');
    const [soon = ''] = postIds;
    // The workflow of the post that was due wakes at its time and finds the post cancelled.
    await endedExecutions('publish-post', soon);
    expect(await textsOnX(xUsername)).toEqual([]);
    expectProblem(await maya.call('POST', `/v1/campaigns/${campaign.id}/resume`), 409, 'campaign_cancelled');
  });

  test('permits no post to be published once its pause is answered', async () => {
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

  test('completes when one of its posts is deleted, and counts it as not published', async () => {
    const { campaign, xUsername, texts, postIds } = await launched(6_000, 6_500);
    // The campaign's planning may write the post at the same instant: 409 means try again.
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

test('a launch is blocked with post_taken while a running campaign has the post, and not once that is cancelled', async () => {
  const accountId = await maya.connect(await newXUser(stage));
  const { id: postId } = await write(maya, accountId, `Wanted twice, ${randomUUID()}.`);
  const [first, second] = [
    await plan(maya, [{ postId, publishAt: inMs(86_400_000) }]),
    await plan(maya, [{ postId, publishAt: inMs(86_400_000) }]),
  ];
  const seen = await check(maya, second);
  expect(seen.report.canLaunch).toBe(true);
  await launch(maya, first);

  // The report is outdated: nothing is launched, and the new report says why.
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

test('a campaign refuses each transition that its status does not allow with campaign_<status>', async () => {
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
