import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { afterLaunch, launch } from '#infra/local/campaigns.ts';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { minuteMs } from '#shared/time.ts';
import { expectProblem } from '../support/integration/answers.ts';
import { applyPlan, becomes, campaignBecomes, inMs, plan, read, turn, write } from '../support/integration/desk.ts';
import { stage } from '../support/integration/stage.ts';

const maya = new Marketer(stage);
beforeAll(() => maya.join());

const Running = z.looseObject({
  version: z.number(),
  planVersion: z.number(),
  appliedPlanVersion: z.number(),
  launch: z.looseObject({
    endedAt: z.string().nullable(),
    failure: z.unknown(),
    leftAlone: z.array(z.object({ slotKey: z.string(), why: z.string() })),
  }),
});
const Saved = z.object({ plan: z.looseObject({ tracks: z.array(z.looseObject({ id: z.string() })) }) });
const Preview = z.object({
  missed: z.number(),
  moved: z.array(z.unknown()),
  skipped: z.array(z.object({ postId: z.string() })),
});
const Explained = z.looseObject({
  status: z.string(),
  plan: z.object({ version: z.number(), note: z.string().nullable() }).nullable(),
  reasons: z.array(z.object({ reason: z.looseObject({ kind: z.string() }), sentence: z.string() })),
  permittedAt: z.string().nullable(),
  publication: z.object({ xPostIds: z.array(z.string()) }).nullable(),
  sentences: z.array(z.string()),
});

interface Named {
  id: string;
}

const now = ({ id }: Named) => maya.do(Running, 'GET', `/v1/campaigns/${id}`);

/** Changes the plan, with the current version of the campaign as precondition. */
const change = async ({ id }: Named, method: string, path: string, body: unknown) => {
  const { version } = await now({ id });
  return maya.do(z.unknown(), method, `/v1/campaigns/${id}${path}`, body, { 'if-match': `"v${version}"` });
};

const edit = (campaign: Named, original: string, said: object, note: string) =>
  change(campaign, 'POST', '/plan/edits', {
    edit: { trackId: 'posts-1', original, scope: 'this', change: said },
    note,
  });

/** Applies the latest plan, and reads the campaign. */
const apply = async (campaign: Named, note: string) => {
  await applyPlan(maya, campaign, note);
  return now(campaign);
};

const explain = ({ id }: Named, postId: string) =>
  maya.do(Explained, 'GET', `/v1/campaigns/${id}/explain?postId=${postId}`);

/** The local time in Berlin at an instant, to the minute. */
const berlin = (instant: number): string =>
  new Date(instant).toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' }).slice(0, 16).replace(' ', 'T');

describe.concurrent('a running campaign', () => {
  test('moves, drops and adds posts once a newer plan is applied, and leaves published posts alone', async () => {
    const xUsername = await newXUser(stage);
    const accountId = await maya.connect(xUsername);
    const texts = ['Out first', 'Moved later', 'Dropped', 'Run at once', 'Added'].map(
      (text) => `${text}, ${randomUUID()}.`,
    );
    const postIds: string[] = [];
    for (const text of texts) postIds.push((await write(maya, accountId, text)).id);
    const [first = '', movedId = '', droppedId = '', runId = '', addedId = ''] = postIds;
    const dueAt = [afterLaunch(), inMs(20 * minuteMs), inMs(21 * minuteMs), inMs(22 * minuteMs)];
    const planned = postIds.slice(0, 4).map((postId, place) => ({ postId, publishAt: dueAt[place] ?? '' }));
    const campaign = await plan(maya, planned);
    await launch(maya, campaign);
    await campaignBecomes(maya, campaign, 'its first post is out', ({ slots }) =>
      slots.some(({ postId, status }) => postId === first && status === 'published'),
    );
    const untouched = await read(maya, { id: runId });

    const later = Math.ceil(Date.now() / minuteMs) * minuteMs + 40 * minuteMs;
    await edit(campaign, dueAt[0] ?? '', { kind: 'drop' }, 'Too late for this one');
    await edit(campaign, dueAt[1] ?? '', { kind: 'move', wallTime: berlin(later) }, 'After lunch');
    await edit(campaign, dueAt[2] ?? '', { kind: 'drop' }, 'Not needed');
    const { plan: saved } = await maya.do(Saved, 'GET', `/v1/campaigns/${campaign.id}/plan`);
    const track = {
      id: 'more',
      accountIds: [accountId],
      content: { kind: 'posts', postIds: [addedId] },
      times: { kind: 'fixed', instants: [inMs(30 * minuteMs)] },
    };
    await change(campaign, 'PUT', '/plan', { plan: { ...saved, tracks: [...saved.tracks, track] }, note: 'One more' });
    expect(await now(campaign)).toMatchObject({ planVersion: 5, appliedPlanVersion: 1 });
    expect(await read(maya, { id: movedId })).toMatchObject({ status: 'scheduled', scheduledAt: dueAt[1] });

    const applied = await apply(campaign, 'Agreed with sales');
    expect(applied).toMatchObject({ status: 'running', appliedPlanVersion: 5 });
    expect(applied.launch.leftAlone).toEqual([{ slotKey: `posts-1@${dueAt[0]}`, why: 'published' }]);
    await becomes(maya, { id: droppedId }, 'cancelled');
    await becomes(maya, { id: addedId }, 'scheduled');
    await eventually('the moved post has its new time', async () => {
      const { scheduledAt } = await read(maya, { id: movedId });
      return scheduledAt === new Date(later).toISOString() || undefined;
    });
    expect(await read(maya, { id: runId })).toEqual(untouched);

    const { slots } = await campaignBecomes(maya, campaign, 'planned', ({ slots: all }) =>
      all.every(({ status }) => status !== 'open'),
    );
    const slotId = slots.find(({ postId }) => postId === runId)?.id ?? '';
    const runNow = `/v1/campaigns/${campaign.id}/slots/${slotId}/run-now`;
    await maya.do(z.unknown(), 'POST', runNow, { note: 'The news are out' });
    await becomes(maya, { id: runId }, 'published');
    await campaignBecomes(maya, campaign, 'its slot is published', ({ slots: all }) =>
      all.some(({ id, status }) => id === slotId && status === 'published'),
    );
    expectProblem(await maya.call('POST', runNow, {}), 409, 'slot_published');
    const shown = await postsOnX(stage, xUsername);
    expect(shown.map(({ rawText }) => rawText)).toEqual([texts[0], texts[3]]);

    const moved = await explain(campaign, movedId);
    expect(moved).toMatchObject({ status: 'planned', plan: { version: 5 } });
    expect(moved.reasons.map(({ reason }) => reason.kind)).toEqual(['fixed', 'moved_by_edit']);
    expect(moved.sentences.join('\n')).toMatch(/After lunch[\s\S]*Agreed with sales/);
    expect(await explain(campaign, droppedId)).toMatchObject({ status: 'dropped' });
    const ran = await explain(campaign, runId);
    expect(ran.status).toBe('published');
    expect(ran.permittedAt).not.toBeNull();
    expect(ran.publication?.xPostIds).toEqual([shown[1]?.id]);
    expect(ran.sentences.join('\n')).toMatch(/The news are out/);
    expect((await explain(campaign, first)).publication?.xPostIds).toEqual([shown[0]?.id]);
    await turn(maya, campaign, 'cancel');
  });

  test('that is resumed with the policy to skip drops the posts that its preview listed as missed', async () => {
    const xUsername = await newXUser(stage);
    const accountId = await maya.connect(xUsername);
    const postIds: string[] = [];
    for (const name of ['One', 'Two', 'Tomorrow']) {
      postIds.push((await write(maya, accountId, `${name}, ${randomUUID()}.`)).id);
    }
    const dueAt = [afterLaunch(), afterLaunch(500), inMs(86_400_000)];
    const campaign = await plan(
      maya,
      postIds.map((postId, place) => ({ postId, publishAt: dueAt[place] ?? '' })),
    );
    await launch(maya, campaign);
    await campaignBecomes(maya, campaign, 'every slot planned', ({ slots }) =>
      slots.every(({ status }) => status === 'planned'),
    );
    await turn(maya, campaign, 'pause');
    const [one = '', two = '', tomorrow = ''] = postIds;
    await campaignBecomes(maya, campaign, 'what is due is held', ({ slots }) =>
      slots.slice(0, 2).every(({ status }) => status === 'held'),
    );
    const resume = `/v1/campaigns/${campaign.id}/resume`;
    const preview = await maya.do(Preview, 'POST', `${resume}/preview`, { catchUp: { kind: 'skip' } });
    expect(preview).toMatchObject({ missed: 2, moved: [] });
    expect(preview.skipped.map(({ postId }) => postId)).toEqual([one, two]);
    expect((await maya.do(Preview, 'POST', `${resume}/preview`, {})).moved).toHaveLength(2);

    await maya.do(z.unknown(), 'POST', resume, { catchUp: { kind: 'skip' }, note: 'Old news' });
    const after = await campaignBecomes(maya, campaign, 'the missed posts are skipped', ({ slots }) =>
      slots.slice(0, 2).every(({ status }) => status === 'dropped'),
    );
    expect(after.slots.map(({ status }) => status)).toEqual(['dropped', 'dropped', 'planned']);
    for (const id of [one, two]) await becomes(maya, { id }, 'cancelled');
    expect(await read(maya, { id: tomorrow })).toMatchObject({ status: 'scheduled', scheduledAt: dueAt[2] });
    expect(await postsOnX(stage, xUsername)).toEqual([]);
    const told = await explain(campaign, one);
    expect(told.reasons.at(-1)?.reason.kind).toBe('missed');
    expect(told.sentences.join('\n')).toMatch(/Old news/);
    await turn(maya, campaign, 'cancel');
  });
});
