// @module-tag long
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { campaignNow, check, launch } from '#infra/local/campaigns.ts';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { soon } from '#infra/local/slowness.ts';
import {
  applyPlan,
  campaignBecomes,
  createCampaign,
  decideApproval,
  read,
  write,
} from '../support/integration/desk.ts';
import { joinWorkspaceOf } from '../support/integration/members.ts';
import { stage } from '../support/integration/stage.ts';

/*
 * A campaign from plan to completion: an editor plans and submits it, a manager approves and launches it; it is paused
 * in flight, changed, resumed, and stopped with the whole workspace. Two weeks are compressed into minutes.
 */

const Anything = z.unknown();
const Preview = z.object({
  slots: z.array(z.object({ slotKey: z.string(), publishAt: z.string(), content: z.object({ postId: z.string() }) })),
});
const Rehearsal = z.object({ outcomes: z.record(z.string(), z.number()), slots: z.array(z.unknown()) });
const Reviewed = z.object({
  status: z.string(),
  review: z.object({ approvedPosts: z.number(), voidedPosts: z.array(z.string()) }),
});
const ResumePreview = z.object({ missed: z.number(), moved: z.array(z.unknown()), skipped: z.array(z.unknown()) });
const Explanation = z.object({
  plan: z.object({ version: z.number() }).nullable(),
  permittedAt: z.string().nullable(),
  publication: z.object({ publishedAt: z.string() }).nullable(),
  sentences: z.array(z.string()),
});
const Stopped = z.object({ stoppedAt: z.string().optional() }).loose();
const Spending = z.object({ spent: z.object({ posts: z.number() }) });

const asIs = { 'if-match': '*' };
const seconds = 1_000;

test('a campaign on three accounts publishes each post once through review, pause, edit, resume and workspace stop', async () => {
  const [owner, manager, editor] = ['owner', 'manager', 'editor'].map((name) => new Marketer(stage, name)) as [
    Marketer,
    Marketer,
    Marketer,
  ];
  await Promise.all([owner, manager, editor].map((member) => member.join()));
  await joinWorkspaceOf(manager, owner, 'manager');
  await joinWorkspaceOf(editor, owner, 'editor');
  await decideApproval(owner, 'required');
  const usernames: string[] = [];
  const accountIds: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const username = await newXUser(stage);
    usernames.push(username);
    accountIds.push(await owner.connect(username));
  }
  const shown = async () => (await Promise.all(usernames.map((name) => postsOnX(stage, name)))).flat();

  // The editor writes four ordinary posts and two questions for each account.
  const words = () => Array.from({ length: 3 }, () => randomUUID()).join(' ');
  const posts = async (what: string, accountId: string, count: number): Promise<string[]> => {
    const made: string[] = [];
    for (let place = 0; place < count; place += 1) {
      made.push((await write(editor, accountId, `${what} ${place}: ${words()}`)).id);
    }
    return made;
  };
  const own = await Promise.all(accountIds.map((accountId) => posts('As always', accountId, 4)));
  const questions = (await Promise.all(accountIds.map((accountId) => posts('Do you know', accountId, 2)))).flat();

  // Four slots on each account; the accounts are half a second apart. The last slots stay ahead until the plan is changed.
  const firstAt = Date.parse(soon(100 * seconds));
  const instantsOf = (place: number) =>
    [0, 10, 20, 120].map((after) => new Date(firstAt + after * seconds + place * 500).toISOString());
  const tracks = accountIds.map((accountId, place) => ({
    id: place === 0 ? 'tips' : `tips-${place}`,
    ...(place > 0 && { seriesId: null }),
    accountIds: [accountId],
    content: { kind: 'posts', postIds: own[place] },
    times: { kind: 'fixed', instants: instantsOf(place) },
  }));
  const plan = {
    ...{ timeZone: 'Europe/Berlin', seed: 'story', spacing: { minimumGapMinutes: 0 }, tracks },
    policies: { catchUp: { kind: 'publish_late', withinMinutes: 30 } },
  };
  const campaign = await createCampaign(editor, {
    ...{ name: 'Autumn', timeZone: 'Europe/Berlin', brief: 'Two weeks of tips', tags: ['tips'], plan },
    goals: [{ metric: 'impressions', target: 10_000 }],
    budget: { maxPosts: 12 },
  });
  const path = `/v1/campaigns/${campaign.id}`;
  await editor.do(
    Anything,
    'PUT',
    `${path}/experiment`,
    {
      variants: [
        { key: 'a', name: 'As always' },
        { key: 'b', name: 'A question' },
      ],
      ...{ control: 'a', metric: 'impressions', maturityHours: 1, seed: 'story', trackId: 'tips' },
      contents: [{ variant: 'b', content: { kind: 'posts', postIds: questions.slice(0, 2) } }],
    },
    asIs,
  );
  await manager.do(Anything, 'POST', `${path}/experiment/sign-off`, { note: 'A first try' });

  const preview = await editor.do(Preview, 'POST', `${path}/plan/preview`, {});
  expect(preview.slots).toHaveLength(12);
  const rehearsal = await editor.do(Rehearsal, 'POST', `${path}/rehearse`, { seed: 'story' });
  expect(rehearsal.outcomes['published']).toBe(12);

  // The editor submits what the report lists; the manager approves and launches it.
  const { report } = await check(editor, campaign);
  expect(report.canLaunch, 'nothing is approved yet').toBe(false);
  await editor.do(Anything, 'POST', `${path}/submit`, { reportVersion: report.version });
  await manager.do(Anything, 'POST', `${path}/approve`, { reportVersion: report.version, note: 'Well written' });
  await eventually('every post is approved', async () => {
    const { review } = await manager.do(Reviewed, 'GET', path);
    return review.approvedPosts === 12 ? true : undefined;
  });
  const launched = await launch(manager, campaign);
  expect(launched.slots).toHaveLength(12);
  expect(
    launched.slots.filter(({ postId }) => questions.includes(postId)),
    'half of the blocks',
  ).toHaveLength(2);

  // Paused in flight: posts in progress are on X when the pause is answered, and none is published after it.
  await eventually('the first posts are on X', async () => ((await shown()).length >= 2 ? true : undefined));
  await manager.do(Anything, 'POST', `${path}/pause`, { note: 'The shop is closed' });
  const pausedAt = Date.now();
  const atPause = (await shown()).length;
  expect(atPause).toBeLessThan(12);

  // Changed while paused: one slot moves, another is dropped.
  const left = (await campaignNow(manager, campaign)).slots.filter(({ status }) => status !== 'published');
  const [dropped, moved] = [left.at(-1), left.at(-2)];
  const keyOf = (postId: string | undefined) =>
    preview.slots.find(({ content }) => content.postId === postId)?.slotKey ?? '';
  const [dropTrack = '', dropOriginal = ''] = keyOf(dropped?.postId).split('@');
  const [moveTrack = '', moveOriginal = ''] = keyOf(moved?.postId).split('@');
  const edit = (body: object) => manager.do(Anything, 'POST', `${path}/plan/edits`, { edit: body }, asIs);
  await edit({ trackId: dropTrack, original: dropOriginal, scope: 'this', change: { kind: 'drop' } });
  const later = new Date(soon(130 * seconds));
  const wallTime = berlin(later);
  await edit({ trackId: moveTrack, original: moveOriginal, scope: 'this', change: { kind: 'move', wallTime } });
  await applyPlan(manager, campaign);
  const { slots: kept } = await campaignNow(manager, campaign);
  expect(kept.find(({ postId }) => postId === dropped?.postId)?.status).toBe('dropped');

  // A slot counts as missed once its post is held at its time and the campaign hears of it.
  const resuming = await eventually('a slot is missed', async () => {
    const asked = await manager.do(ResumePreview, 'POST', `${path}/resume/preview`, {});
    return asked.missed > 0 ? asked : undefined;
  });
  expect(resuming.skipped).toEqual([]);
  expect((await shown()).length, 'nothing went out after the pause was answered').toBe(atPause);
  for (const { createdAt } of await shown()) expect(Date.parse(createdAt)).toBeLessThanOrEqual(pausedAt);
  await manager.do(Anything, 'POST', `${path}/resume`, { note: 'Open again' });

  // The whole workspace is stopped: nothing is published after the answer, in a campaign or outside.
  await manager.do(Stopped, 'POST', '/v1/workspace/stop', { reason: 'A storm' });
  const atStop = (await shown()).length;
  const alone = await write(manager, accountIds[0] ?? '', `Alone: ${words()}`);
  await manager.call('POST', `/v1/posts/${alone.id}/submit`);
  await owner.call('POST', `/v1/posts/${alone.id}/approve`, {}, asIs);
  await manager.call('POST', `/v1/posts/${alone.id}/publish`);
  await eventually('the post is held by the stop', async () => {
    const { status, problem } = await read(manager, alone);
    return status === 'held' && problem?.code === 'workspace_stopped' ? true : undefined;
  });
  expect((await shown()).length, 'nothing went out after the stop was answered').toBe(atStop);
  const policy = { kind: 'publish_late', withinMinutes: 60 };
  await manager.do(Anything, 'POST', '/v1/workspace/resume', { policy });

  const done = await campaignBecomes(manager, campaign, 'completed', ({ status }) => status === 'completed', {
    withinMs: 400 * seconds,
  });
  const published = done.slots.filter(({ status }) => status === 'published').map(({ postId }) => postId);
  expect(published).toHaveLength(11);
  expect(published).not.toContain(dropped?.postId);
  await eventually('the post that was alone is out as well', async () =>
    (await read(manager, alone)).status === 'published' ? true : undefined,
  );
  expect(await shown(), 'each exactly once').toHaveLength(12);
  expect((await manager.do(Spending, 'GET', `${path}/spending`)).spent.posts).toBe(11);

  // Each post has an explanation of when it was published.
  for (const postId of published) {
    const why = await editor.do(Explanation, 'GET', `${path}/explain?postId=${postId}`);
    expect(why.plan?.version).toBeGreaterThanOrEqual(1);
    expect(Date.parse(why.permittedAt ?? '')).toBeLessThanOrEqual(Date.parse(why.publication?.publishedAt ?? ''));
    expect(why.sentences.length).toBeGreaterThan(2);
  }
  const ofMoved = await editor.do(Explanation, 'GET', `${path}/explain?postId=${moved?.postId ?? ''}`);
  expect(ofMoved.plan?.version, 'its time is of the edited plan').toBeGreaterThan(1);
});

/** The local time in Berlin, to the minute. */
const berlin = (at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'short' })
    .format(at)
    .replace(' ', 'T');
