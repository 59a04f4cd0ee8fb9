import { beforeEach, describe, expect, test } from 'vitest';
import { QueueChanged, TemplateChanged } from '#events/posts.ts';
import { changeCampaign } from '#functions/campaigns/brief/contract.ts';
import type { KnownPostStatus } from '#functions/campaigns/domain/known-post.ts';
import { CampaignStatus } from '#functions/campaigns/domain/lifecycle.ts';
import * as planning from '#functions/campaigns/planning/contract.ts';
import { CampaignView } from '#functions/campaigns/views.ts';
import type { Operation } from '#shared/http/operation.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import { instantAfter } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { accountId, type Harness, harness, know, noon, workspaceId } from '../harness.ts';

const {
  createCampaign,
  replaceCampaignPlan,
  editCampaignPlan,
  getCampaignPlan,
  listCampaignPlanVersions,
  previewCampaignPlan,
  importCampaignBlackouts,
} = planning;
const View = CampaignView;
const hour = 3_600_000;
const templateId = 'tpl_01KATJ9V5H8Q3M4N5P6R7S8T9V';

let context: Harness;
beforeEach(() => {
  context = harness();
});

const knownPost = async (status?: KnownPostStatus): Promise<string> => {
  const id = newId('pst', noon);
  await know(context.deps, id, status);
  return id;
};
const knowTemplate = (requiredVariables = ['tip']) =>
  context.happened(TemplateChanged, templateId, 1, { requiredVariables });
const body = (...postIds: string[]) => ({
  name: 'Spring',
  timeZone: 'Europe/Berlin',
  posts: postIds.map((postId, place) => ({ postId, publishAt: instantAfter(noon, place * 1000) })),
});
const content = (count: number) => ({
  kind: 'template',
  templateId,
  values: Array.from({ length: count }, (_, place) => ({ tip: `Tip ${place}` })),
});
const weekly = { kind: 'recurrence', start: '2026-12-01T09:00', rule: 'FREQ=DAILY;COUNT=3' };
const track = (changes: object = {}) => ({
  ...{ id: 'tips', accountIds: [accountId], content: content(3), times: weekly },
  ...changes,
});
const plan = (changes: object = {}) => ({ timeZone: 'Europe/Berlin', seed: 'seed', tracks: [track()], ...changes });
const create = async (sent: object): Promise<{ campaignId: string }> => {
  const made = await context.call(createCampaign, { body: { name: 'Spring', timeZone: 'Europe/Berlin', ...sent } });
  expect(made.status, made.raw).toBe(201);
  return { campaignId: View.parse(made.body).id };
};
const outline = async ({ campaignId }: { campaignId: string }, version = 1) =>
  (await context.deps.plans.find(workspaceId, campaignId, version))?.outline;
/** How many items of that type the table has. */
const count = (type: string) => [...context.items.values()].filter((item) => item.type === type).length;

describe('creating a campaign', () => {
  test('from a list of posts returns a draft whose plan has them at exactly their times', async () => {
    const [one, two] = [await knownPost(), await knownPost()];
    const { status, body: campaign, etag } = await context.ask(createCampaign, View, { body: body(one, two) });
    expect(status).toBe(201);
    expect(etag).toBe('"v1"');
    expect(campaign).toMatchObject({
      ...{ status: 'draft', run: 0, name: 'Spring', timeZone: 'Europe/Berlin', planVersion: 1, slotCount: 2 },
      ...{ check: null, report: null, review: null, launch: null, lastStep: null },
    });
    expect(await outline({ campaignId: campaign.id })).toMatchObject([
      { publishAt: noon.toISOString() },
      { publishAt: instantAfter(noon, 1000) },
    ]);
  });

  test('is possible with a plan or without one, which is then not found', async () => {
    await knowTemplate();
    const planned = await create({ plan: plan() });
    expect((await outline(planned))?.map(({ publishAt }) => publishAt)).toEqual([
      '2026-12-01T08:00:00.000Z',
      '2026-12-02T08:00:00.000Z',
      '2026-12-03T08:00:00.000Z',
    ]);
    const empty = await create({});
    expect(await context.deps.campaigns.get(workspaceId, empty.campaignId)).toMatchObject({ planVersion: 0 });
    for (const operation of [getCampaignPlan, previewCampaignPlan]) {
      const refused = await context.ask(operation, Problem, {
        path: empty,
        body: operation === previewCampaignPlan ? {} : undefined,
      });
      expect(refused).toMatchObject({ status: 404, body: { code: 'plan_version_not_found' } });
    }
  });

  test('rejects unknown posts by field, but waits for one whose event is still on its way', async () => {
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

  test('rejects a deleted post by its place in the plan', async () => {
    const refused = await context.ask(createCampaign, Problem, { body: body(await knownPost('deleted')) });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_plan' } });
    expect(refused.body.fields).toMatchObject([{ path: 'tracks.0.content.postIds.0', code: 'post_not_found' }]);
  });

  test('accepts a post that another draft plans: the launch decides which campaign has it', async () => {
    const postId = await knownPost();
    await create(body(postId));
    await create(body(postId));
  });

  test('stores the UTM parameters, which can be changed and are part of its events', async () => {
    const utm = { source: 'x', medium: ' social ', campaign: 'spring', content: 'Früh & spät' };
    const sent = { body: { ...body(await knownPost()), utm } };
    const { body: campaign } = await context.ask(createCampaign, View, sent);
    const kept = { ...utm, medium: 'social', term: null };
    expect(campaign.utm).toEqual(kept);
    const change = (changed: object) => ({
      ...{ path: { campaignId: campaign.id }, body: changed, headers: { 'if-match': '*' } },
    });
    const summer = { ...kept, campaign: 'summer' };
    expect((await context.ask(changeCampaign, View, change({ utm: summer }))).body.utm).toEqual(summer);
    expect((await context.ask(changeCampaign, View, change({ name: 'Summer' }))).body.utm).toEqual(summer);
    expect((await context.ask(changeCampaign, View, change({ utm: null }))).body.utm).toBeNull();
    const told = context.told().filter(([type]) => type !== 'campaign.planned');
    expect(told.map(([, data]) => data)).toMatchObject([kept, summer, summer, null].map((each) => ({ utm: each })));
  });

  test.each([
    { source: 'x', medium: 'social' },
    { source: '', medium: 'social', campaign: 'a' },
    { source: 'x', medium: 'a\nb', campaign: 'a' },
    { source: 'x', medium: 'social', campaign: 'a'.repeat(101) },
    { source: 'x', medium: 'social', campaign: 'a', other: 'b' },
  ])('rejects invalid UTM parameters: %j', async (utm) => {
    const sent = { body: { ...body(await knownPost()), utm } };
    expect((await context.ask(createCampaign, Problem, sent)).status).toBe(400);
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
    ['posts and a plan', { plan: plan() }, 'invalid_body'],
    ['a brief of 5,001 characters', { brief: 'x'.repeat(5_001) }, 'invalid_body'],
    ['a tag twice', { tags: ['a', 'a'] }, 'invalid_body'],
    ['21 tags', { tags: Array.from({ length: 21 }, (_, place) => `tag ${place}`) }, 'invalid_body'],
    ['two goals of one metric', { goals: [1, 2].map((target) => ({ metric: 'follows', target })) }, 'invalid_body'],
    ['a goal of nothing', { goals: [{ metric: 'follows', target: 0 }] }, 'invalid_body'],
    ['an unknown field', { colour: 3 }, 'invalid_body'],
  ])('rejects %s', async (_, wrong, code) => {
    const refused = await context.ask(createCampaign, Problem, { body: { ...body(await knownPost()), ...wrong } });
    expect(refused).toMatchObject({ status: 400, body: { code } });
    expect(count('campaign') + count('plan') + count('plan_part')).toBe(0);
  });

  test('accepts 2,000 posts, and rejects 2,001 posts or one post twice', async () => {
    const ids = await Promise.all(Array.from({ length: 2_001 }, () => knownPost()));
    expect((await context.ask(createCampaign, Problem, { body: body(...ids) })).status).toBe(400);
    const made = await context.ask(createCampaign, View, { body: body(...ids.slice(1)) });
    expect(made).toMatchObject({ status: 201, body: { slotCount: 2_000 } });
    const [one = ''] = ids;
    expect((await context.ask(createCampaign, Problem, { body: body(one, one) })).status).toBe(400);
  });

  test('is allowed for editors', async () => {
    const editor = { ...owner, role: 'editor' as const };
    const sent = { body: body(await knownPost()), as: editor };
    expect((await context.ask(createCampaign, View, sent)).status).toBe(201);
  });
});

describe('a plan that cannot be carried out', () => {
  test.each([
    ['a rule without an end', { times: { ...weekly, rule: 'FREQ=DAILY' } }],
    ['a rule of seconds', { times: { ...weekly, rule: 'FREQ=SECONDLY;COUNT=3' } }],
    ['a rule that never matches', { times: { ...weekly, rule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2' } }],
    ['a rule that ends before it starts', { times: { ...weekly, rule: 'FREQ=DAILY;UNTIL=20200101T000000Z' } }],
    ['less content than slots', { content: content(2) }],
    ['content twice', { content: { ...content(1), values: [1, 2, 3].map(() => ({ tip: 'Same' })) } }],
    ['a missing value', { content: { ...content(1), values: [1, 2, 3].map((place) => ({ other: place })) } }],
    ['an unknown template', { content: { ...content(3), templateId: 'tpl_01KATJ9V5H8Q3M4N5P6R7S8T9W' } }],
    [
      'an account without a queue',
      { times: { kind: 'spread', from: noon.toISOString(), to: instantAfter(noon, 90 * hour), count: 3 } },
    ],
    ['an unknown zone', { timeZone: 'CEST' }],
    ['more slots than 2,000', { times: { ...weekly, rule: 'FREQ=HOURLY;COUNT=2001' } }],
  ])('is rejected by field for %s', async (_, wrong) => {
    await knowTemplate();
    const saved = await create({ plan: plan() });
    const wanted = plan({ tracks: [track(wrong)] });
    const head = { headers: { 'if-match': '*' }, path: saved };
    for (const [operation, sent] of [
      [createCampaign, { body: { name: 'Spring', timeZone: 'Europe/Berlin', plan: wanted } }],
      [replaceCampaignPlan, { ...head, body: { plan: wanted } }],
      [previewCampaignPlan, { path: saved, body: { plan: wanted } }],
    ] as const satisfies readonly [Operation, object][]) {
      const refused = await context.ask(operation, Problem, sent);
      expect(refused.status, `${operation.id}: ${refused.raw}`).toBe(400);
      expect(refused.body.fields?.map(({ path }) => path)[0]).toMatch(/tracks\.0\./);
    }
    expect(count('campaign')).toBe(1);
    expect(count('plan')).toBe(1);
  });

  test('is rejected if blackouts leave no slot', async () => {
    await knowTemplate();
    const blackouts = [{ kind: 'days', name: 'Silence', from: '2026-11-01', to: '2027-01-31' }];
    const sent = { name: 'Spring', timeZone: 'Europe/Berlin', plan: plan({ blackouts }) };
    const refused = await context.ask(createCampaign, Problem, { body: sent });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_plan' } });
    expect(refused.body.fields).toMatchObject([{ path: 'blackouts', code: 'no_slot_left' }]);
  });
});

describe('the plan of a draft', () => {
  const planned = async () => {
    await knowTemplate();
    return create({ plan: plan() });
  };
  const asRead = { 'if-match': '*' };

  test('is stored in versions, each with author, note and difference', async () => {
    const path = await planned();
    context.clock.pass(60_000);
    const later = plan({
      tracks: [track({ times: { ...weekly, start: '2026-12-01T10:00' } })],
      spacing: { minimumGapMinutes: 5 },
    });
    const replaced = await context.ask(replaceCampaignPlan, View, {
      ...{ path, headers: { 'if-match': '"v1"' }, body: { plan: later, note: 'Later in the day' } },
    });
    expect(replaced).toMatchObject({ status: 200, etag: '"v2"', body: { planVersion: 2, slotCount: 3 } });
    const edit = { trackId: 'tips', original: '2026-12-02T10:00', scope: 'this', change: { kind: 'drop' } };
    const edited = await context.ask(editCampaignPlan, View, { path, headers: asRead, body: { edit } });
    expect(edited).toMatchObject({ status: 200, body: { planVersion: 3, slotCount: 2 } });

    const { body: versions } = await context.ask(listCampaignPlanVersions, listCampaignPlanVersions.response, { path });
    expect(versions.items.map(({ version, by, note, slots }) => [version, by, note, slots])).toEqual([
      [3, owner.personId, null, 2],
      [2, owner.personId, 'Later in the day', 3],
      [1, owner.personId, null, 3],
    ]);
    // Slots are identified by their times: new times are new slots.
    expect(versions.items.map(({ difference: { counts, settings } }) => [counts, settings])).toEqual([
      [{ added: 0, moved: 0, dropped: 1, content_replaced: 0 }, []],
      [{ added: 3, moved: 0, dropped: 3, content_replaced: 0 }, ['spacing']],
      [{ added: 3, moved: 0, dropped: 0, content_replaced: 0 }, []],
    ]);
    const first = await context.ask(getCampaignPlan, getCampaignPlan.response, { path, query: { version: '1' } });
    expect(first.body).toMatchObject({ version: { version: 1 }, plan: { tracks: [{ times: weekly }] } });
    const latest = await context.ask(getCampaignPlan, getCampaignPlan.response, { path });
    expect(latest.body).toMatchObject({
      version: { version: 3 },
      plan: { tracks: [{ overrides: [{ isDropped: true }] }] },
    });
    const refused = await context.ask(getCampaignPlan, Problem, { path, query: { version: '4' } });
    expect(refused).toMatchObject({ status: 404, body: { code: 'plan_version_not_found' } });
    expect(
      context
        .told()
        .filter(([type]) => type === 'campaign.planned')
        .map(([, data]) => data),
    ).toEqual([
      { planVersion: 1, slots: 3, endsAt: expect.any(String) as unknown },
      { planVersion: 2, slots: 3, endsAt: expect.any(String) as unknown },
      { planVersion: 3, slots: 2, endsAt: expect.any(String) as unknown },
    ]);
  });

  test('is replaced by a list of posts or by a plan, but not by both or neither', async () => {
    const path = await planned();
    const { posts } = body(await knownPost());
    const send = (sent: object) =>
      context.ask(replaceCampaignPlan, View.or(Problem), { path, headers: asRead, body: sent });
    expect((await send({})).status).toBe(400);
    expect((await send({ posts, plan: plan() })).status).toBe(400);
    expect(await send({ posts: [{ postId: newId('pst', noon), publishAt: noon.toISOString() }] })).toMatchObject({
      status: 404,
      body: { code: 'post_not_found' },
    });
    expect(await send({ posts })).toMatchObject({ status: 200, body: { planVersion: 2, slotCount: 1 } });
  });

  test('rejects an edit of an unknown slot or track', async () => {
    const path = await planned();
    const edit = { trackId: 'tips', original: '2026-12-09T09:00', scope: 'this', change: { kind: 'drop' } };
    for (const wrong of [edit, { ...edit, trackId: 'other' }]) {
      const refused = await context.ask(editCampaignPlan, Problem, { path, headers: asRead, body: { edit: wrong } });
      expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_plan' } });
    }
    expect(count('plan')).toBe(1);
  });

  test('previews an edit from an instant on without saving it', async () => {
    const path = await planned();
    const edit = {
      ...{ trackId: 'tips', original: '2026-12-01T09:00', scope: 'all' },
      change: { kind: 'move', wallTime: '2026-12-01T12:00' },
    };
    const writes = context.changes.length;
    const shown = await context.ask(previewCampaignPlan, previewCampaignPlan.response, {
      path,
      body: { edit, after: '2026-12-01T12:00:00+01:00', limit: 2 },
    });
    expect(shown.body.slots.map(({ publishAt, wallTime }) => [publishAt, wallTime])).toEqual([
      ['2026-12-01T11:00:00.000Z', '2026-12-01T12:00'],
      ['2026-12-02T11:00:00.000Z', '2026-12-02T12:00'],
    ]);
    expect(shown.body.remaining).toBe(3);
    expect(context.changes).toHaveLength(writes);
    expect((await context.ask(previewCampaignPlan, Problem, { path, body: { edit, plan: plan() } })).status).toBe(400);
  });

  test('spreads slots over the queue of an account', async () => {
    await knowTemplate();
    await context.happened(QueueChanged, accountId, 1, {
      timeZone: 'Europe/Berlin',
      slots: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, time: '09:30' })),
    });
    const times = { kind: 'spread', from: '2026-11-23T00:00:00Z', to: '2026-11-28T00:00:00Z', count: 3 };
    const path = await create({ plan: plan({ tracks: [track({ times })] }) });
    expect((await outline(path))?.map(({ publishAt }) => publishAt.slice(11, 16))).toEqual(['08:30', '08:30', '08:30']);
  });

  test('imports blackouts of a calendar once, and rejects an unreadable calendar', async () => {
    const path = await planned();
    const calendar = [
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//y//EN', 'BEGIN:VEVENT', 'UID:1', 'DTSTAMP:20261101T000000Z'],
      ...[
        'DTSTART;VALUE=DATE:20261202',
        'DTEND;VALUE=DATE:20261203',
        'SUMMARY:Day off',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ],
    ].join('\r\n');
    const sent = { calendar, from: '2026-12-01', to: '2026-12-31', note: 'Holidays' };
    const {
      status,
      body: imported,
      raw,
    } = await context.ask(importCampaignBlackouts, importCampaignBlackouts.response, {
      ...{ path, headers: asRead, body: sent },
    });
    expect(status, raw).toBe(200);
    expect(imported).toMatchObject({ imported: 1, leftOut: [], campaign: { planVersion: 2, slotCount: 2 } });
    const { body: versions } = await context.ask(listCampaignPlanVersions, listCampaignPlanVersions.response, { path });
    expect(versions.items[0]).toMatchObject({ note: 'Holidays', difference: { settings: ['blackouts'] } });
    const again = await context.ask(importCampaignBlackouts, importCampaignBlackouts.response, {
      ...{ path, headers: asRead, body: sent },
    });
    expect(again.body).toMatchObject({ imported: 0, campaign: { planVersion: 2 } });
    const broken = await context.ask(importCampaignBlackouts, Problem, {
      path,
      headers: asRead,
      body: { ...sent, calendar: 'No' },
    });
    expect(broken).toMatchObject({ status: 400, body: { code: 'invalid_plan' } });
  });

  const edit = { trackId: 'tips', original: '2026-12-01T09:00', scope: 'this', change: { kind: 'drop' } };
  const writes: readonly [Operation, () => object][] = [
    [replaceCampaignPlan, () => ({ plan: plan() })],
    [editCampaignPlan, () => ({ edit })],
    [
      importCampaignBlackouts,
      () => ({ calendar: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR', from: '2026-12-01', to: '2026-12-31' }),
    ],
  ];

  test.each(writes)('can be changed only for a draft, running or paused campaign: $id', async (operation, sent) => {
    const path = await planned();
    const draft = await context.deps.campaigns.get(workspaceId, path.campaignId);
    let version = draft;
    for (const status of CampaignStatus.options.filter((each) => !['draft', 'running', 'paused'].includes(each))) {
      version = await context.deps.campaigns.save({ ...version, status }, person);
      const refused = await context.ask(operation, Problem, { path, headers: asRead, body: sent() });
      expect(refused, status).toMatchObject({ status: 409, body: { code: `campaign_${status}` } });
    }
    expect(count('plan')).toBe(1);
  });

  test.each(writes.slice(0, 2))('requires a current If-Match: $id', async (operation, sent) => {
    const path = await planned();
    expect((await context.ask(operation, Problem, { path, body: sent() })).status).toBe(428);
    const stale = { path, body: sent(), headers: { 'if-match': '"v7"' } };
    expect((await context.ask(operation, Problem, stale)).status).toBe(412);
  });

  test('is saved by one of two concurrent writers, and the other leaves nothing behind', async () => {
    const path = await planned();
    const answers = await Promise.all(
      ['One', 'Other'].map((name) => {
        const blackouts = [{ kind: 'days', name, from: '2026-12-02', to: '2026-12-02' }];
        const sent = { path, headers: { 'if-match': '"v1"' }, body: { plan: plan({ blackouts }), note: name } };
        return context.ask(replaceCampaignPlan, View.or(Problem), sent);
      }),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'changed_meanwhile' });
    const { body: versions } = await context.ask(listCampaignPlanVersions, listCampaignPlanVersions.response, { path });
    expect(versions.items).toHaveLength(2);
    const latest = await context.ask(getCampaignPlan, getCampaignPlan.response, { path });
    expect(latest.body.plan.blackouts.map(({ name }) => name)).toEqual([versions.items[0]?.note]);
    expect(count('plan')).toBe(2);
    expect(count('plan_part')).toBe(2);
  });

  test('is not found from another workspace', async () => {
    const path = await planned();
    const as = { ...owner, workspaceId: newId('wsp', noon) };
    const refused = { status: 404, body: { code: 'campaign_not_found' } };
    expect(await context.ask(getCampaignPlan, Problem, { path, as })).toMatchObject(refused);
    expect(await context.ask(listCampaignPlanVersions, Problem, { path, as })).toMatchObject(refused);
    expect(await context.ask(previewCampaignPlan, Problem, { path, as, body: {} })).toMatchObject(refused);
    for (const [operation, sent] of writes) {
      expect(await context.ask(operation, Problem, { path, as, headers: asRead, body: sent() })).toMatchObject(refused);
    }
  });
});

test('a plan of two megabytes is read back as it was saved', { timeout: 30_000 }, async () => {
  await knowTemplate();
  const values = Array.from({ length: 230 }, (_, place) => ({ tip: `${place} ${'👩‍🚀'.repeat(790)}` }));
  const instants = values.map((_, place) => instantAfter(noon, place * hour));
  const big = plan({ tracks: [track({ content: { ...content(1), values }, times: { kind: 'fixed', instants } })] });
  const { campaignId } = await create({ plan: big });
  const { body: read } = await context.ask(getCampaignPlan, getCampaignPlan.response, { path: { campaignId } });
  expect(read.plan.tracks[0]?.content).toEqual({ ...content(1), values });
  expect(count('plan_part')).toBeGreaterThan(5);
});
