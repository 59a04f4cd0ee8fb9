// @module-tag long
import { randomUUID } from 'node:crypto';
import { TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import * as contract from '#functions/campaigns/automations/contract.ts';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { otherServer } from '#test/support/outside-world.ts';
import { event, patternCases } from '../functions/campaigns/domain/pattern-cases.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { eventBridge, spyOn } from '../support/integration/bus.ts';
import { becomes, decideApproval, inMs, publish, write } from '../support/integration/desk.ts';
import { endOf, start } from '../support/integration/executions.ts';
import { boxOf } from '../support/integration/mail-box.ts';
import { stage } from '../support/integration/stage.ts';

const maya = new Marketer(stage);
let accountId = '';
let username = '';
beforeAll(async () => {
  await maya.join();
  username = await newXUser(stage);
  accountId = await maya.connect(username);
});

const View = contract.AutomationView;
const Id = z.object({ id: z.string() });
const stop = { kind: 'stop' };
const create = async (name: string, trigger: object, steps: object[] = [stop]) =>
  maya.do(View, 'POST', '/v1/automations', { name, trigger, steps });
const turn = async ({ id }: { id: string }, way: 'on' | 'off') => maya.do(View, 'POST', `/v1/automations/${id}/${way}`);
const runsOf = async ({ id }: { id: string }) =>
  (await maya.do(contract.listAutomationRuns.response, 'GET', `/v1/automations/${id}/runs`)).items;
const runBecomes = (automation: { id: string }, status: string) =>
  eventually(`a run of ${automation.id} that is ${status}`, async () =>
    (await runsOf(automation)).find((run) => run.status === status),
  );
const said = (what: string): string => `${what}, ${randomUUID()}.`;

test('an automation reposts a post that passes its metric threshold and emails the owner, once', async () => {
  const words = said('Worth another look');
  const steps = [
    { kind: 'repost_post', postId: '{{entityId}}' },
    { kind: 'notify', roles: ['owner'], subject: 'It does well', text: `${words} {{entityId}}` },
  ];
  const automation = await create(
    'Repost what does well',
    { kind: 'metric', metric: 'impressions', atLeast: 1 },
    steps,
  );
  await turn(automation, 'on');
  await using spy = await spyOn((await whereIs(maya)).workspaceId);
  const post = await write(maya, accountId, said('Read by many'));
  await publish(maya, post);
  await becomes(maya, post, 'published');
  const run = await eventually('a run of the automation', async () => {
    expect(await endOf(await start('sweep-metrics', '{}'))).toBe('SUCCEEDED');
    return (await runsOf(automation)).find(({ status }) => status === 'done');
  });
  expect(run.steps).toMatchObject([
    { kind: 'repost_post', outcome: 'done', made: { kind: 'repost' } },
    { kind: 'notify', outcome: 'done', message: 'Emailed 1 of 1 member.' },
  ]);
  const [reposted] = await spy.hears('the repost', ({ type }) => type === 'repost.done');
  expect(reposted?.data).toMatchObject({ postId: post.id });
  const mails = (await boxOf(maya.email)).filter(({ BodyText }) => BodyText.includes(`${words} ${post.id}`));
  expect(mails.map(({ Subject }) => Subject)).toEqual(['It does well']);
  // The post and its repost.
  expect(await postsOnX(stage, username)).toHaveLength(2);
  expect(await runsOf(automation)).toHaveLength(1);
  await turn(automation, 'off');
});

test('three automations that trigger each other are stopped after one run each, and named in an event and a mail', async () => {
  const after = (...ids: string[]) => ({
    kind: 'event',
    type: 'automation.run_ended',
    pattern: { data: { automationId: ids } },
  });
  const first = await create('First', { kind: 'event', type: 'post.created' });
  const one = await create('Ring one', after(first.id));
  const two = await create('Ring two', after(one.id));
  const three = await create('Ring three', after(two.id));
  const body = { name: 'Ring one', trigger: after(first.id, three.id), steps: [stop] };
  await maya.do(View, 'PUT', `/v1/automations/${one.id}`, body, { 'if-match': '*' });
  for (const each of [first, one, two, three]) await turn(each, 'on');
  await using spy = await spyOn((await whereIs(maya)).workspaceId);
  await write(maya, accountId, said('What begins it'));
  const [stopped] = await spy.hears('the loop', ({ type }) => type === 'automation.loop_stopped');
  expect(stopped).toMatchObject({
    entityId: one.id,
    data: {
      ...{ why: 'circle', automations: [first.id, one.id, two.id, three.id] },
      names: ['First', 'Ring one', 'Ring two', 'Ring three', 'Ring one'],
    },
  });
  await eventually('a mail about the loop', async () =>
    (await boxOf(maya.email)).find(({ BodyText }) => BodyText.includes('Ring one, Ring two, Ring three')),
  );
  for (const each of [one, two, three]) expect(await runsOf(each)).toHaveLength(1);
  for (const each of [first, one, two, three]) await turn(each, 'off');
});

test('a waiting run is stopped with automation_off when its automation is switched off', async () => {
  const steps = [
    { kind: 'wait', minutes: 1 },
    { kind: 'notify', roles: ['owner'], subject: 'Too late', text: 'Nobody reads this.' },
  ];
  const automation = await create('Waits', { kind: 'event', type: 'post.created' }, steps);
  await turn(automation, 'on');
  await write(maya, accountId, said('What it waits after'));
  await runBecomes(automation, 'waiting');
  expect(await turn(automation, 'off')).toMatchObject({ status: 'off' });
  const [run] = await runsOf(automation);
  expect(run).toMatchObject({ status: 'stopped', end: { code: 'automation_off' }, steps: [] });
});

test('a new feed item becomes one draft that is submitted for approval', async () => {
  const owner = new Marketer(stage, 'reader');
  await owner.join();
  const account = await owner.connect(await newXUser(stage));
  await decideApproval(owner, 'required');
  const variables = ['title', 'url'].map((name) => ({ name, type: 'text' }));
  const template = { name: 'From the blog', parts: [{ text: '{{title}}: {{url}}' }], variables };
  const { id: templateId } = await owner.do(Id, 'POST', '/v1/templates', template);
  const blog = otherServer(stage, 'blog');
  const item = '<item><guid>1</guid><title>Filter or mesh</title><link>https://blog.example/filter</link></item>';
  await blog.answers({ status: 200, body: `<rss version="2.0"><channel><title>Blog</title>${item}</channel></rss>` });
  const feed = await owner.do(Id, 'POST', '/v1/feeds', { name: 'Blog', url: blog.url, tellsFirst: true });
  const definition = {
    name: 'Announce what the blog says',
    trigger: { kind: 'event', type: 'feed.item_found', pattern: { entityId: [feed.id] } },
    steps: [
      {
        ...{ name: 'draft', kind: 'draft_post', accountId: account, templateId },
        values: { title: '{{data.title}}', url: '{{data.url}}' },
      },
      { kind: 'submit_post', postId: '{{made.draft}}' },
    ],
  };
  // On a busy machine, the event about the template takes longer to reach campaigns than a request waits.
  const automation = await eventually('the automation is created', async () => {
    const { status, body } = await owner.call('POST', '/v1/automations', definition);
    return status === 201 ? View.parse(body) : undefined;
  });
  await owner.do(View, 'POST', `/v1/automations/${automation.id}/on`);
  expect(await endOf(await start('poll-feeds', '{}'))).toBe('SUCCEEDED');
  const runs = `/v1/automations/${automation.id}/runs`;
  const listed = async () => (await owner.do(contract.listAutomationRuns.response, 'GET', runs)).items;
  const run = await eventually('the run is done', async () => (await listed()).find(({ status }) => status === 'done'));
  expect(run.steps).toMatchObject([
    { kind: 'draft_post', outcome: 'done', made: { kind: 'post' } },
    { kind: 'submit_post', outcome: 'done' },
  ]);
  const made = `/v1/posts/${run.steps[0]?.made?.id ?? ''}`;
  expect(await owner.do(z.unknown(), 'GET', made)).toMatchObject({
    status: 'draft',
    parts: [{ text: 'Filter or mesh: https://blog.example/filter' }],
    approval: { status: 'submitted' },
    madeBy: { automationId: automation.id },
  });
  const early = await owner.call('POST', `${made}/schedule`, { publishAt: inMs(3_600_000) });
  expectProblem(early, 409, 'approval_required');
  expect((await owner.call('POST', `${made}/approve`, {}, { 'if-match': '*' })).status).toBe(200);
  await owner.do(z.unknown(), 'POST', `${made}/schedule`, { publishAt: inMs(3_600_000) });
  expect(await listed()).toHaveLength(1);
});

test('an automation that is switched off amid forty runs sends no mail after the request is answered', async () => {
  const owner = new Marketer(stage, 'busy');
  await owner.join();
  const account = await owner.connect(await newXUser(stage));
  const subject = said('A new post');
  const automation = await owner.do(View, 'POST', '/v1/automations', {
    ...{ name: 'Busy', trigger: { kind: 'event', type: 'post.created' } },
    steps: Array.from({ length: 3 }, () => ({ kind: 'notify', roles: ['owner'], subject, text: '{{entityId}}' })),
    limits: { perHour: 100, perDay: 100, concurrency: 5 },
  });
  const path = `/v1/automations/${automation.id}`;
  await owner.do(View, 'POST', `${path}/on`);
  const runsNow = async () =>
    (await owner.do(contract.listAutomationRuns.response, 'GET', `${path}/runs?limit=100`)).items;
  const mails = async () => (await boxOf(owner.email)).filter(({ Subject }) => Subject === subject).length;
  const written = Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let count = 0; count < 10; count += 1) await write(owner, account, said('Under load'));
    }),
  );
  await eventually('some runs are done', async () =>
    (await runsNow()).some(({ status }) => status === 'done') ? true : undefined,
  );
  expect(await owner.do(View, 'POST', `${path}/off`)).toMatchObject({ status: 'off' });
  const sent = await mails();
  expect(sent).toBeGreaterThan(0);
  await written;
  // By the time the last post is heard of, every earlier event has arrived, and the runs they began come to an end.
  await using spy = await spyOn((await whereIs(owner)).workspaceId);
  const last = await write(owner, account, said('After the switch'));
  await spy.hears('the last post', ({ type, entityId }) => type === 'post.created' && entityId === last.id);
  const runs = await eventually('no run is open', async () => {
    const now = await runsNow();
    return now.every(({ endedAt }) => endedAt !== null) ? now : undefined;
  });
  expect(runs.some(({ end }) => end?.code === 'automation_off')).toBe(true);
  expect(await mails()).toBe(sent);
  // The history of a run includes each email, even one whose answer came too late.
  const outcomes = runs.flatMap(({ steps }) => steps.map(({ outcome }) => outcome));
  const count = (wanted: string) => outcomes.filter((outcome) => outcome === wanted).length;
  expect(count('done')).toBeLessThanOrEqual(sent);
  expect(count('done') + count('fault')).toBeGreaterThanOrEqual(sent);
});

test('a rehearsal of an automation lists the past events that would have triggered it, and sends no mail', async () => {
  const body = {
    name: 'Rehearsed',
    trigger: { kind: 'event', type: 'post.created', pattern: { data: { accountId: [accountId] } } },
    steps: [{ kind: 'notify', roles: ['owner'], subject: 'New', text: 'Look at {{entityId}}' }],
    // Forty posts were created earlier in this hour.
    limits: { perHour: 500, perDay: 500 },
  };
  const post = await write(maya, accountId, said('What it would have heard'));
  const found = await eventually('the event in a rehearsal', async () => {
    const rehearsed = await maya.do(contract.rehearseAutomation.response, 'POST', '/v1/automations/rehearse', body);
    return rehearsed.examples.some(({ steps }) => steps[0]?.detail.includes(post.id) === true) ? rehearsed : undefined;
  });
  expect(found.matches).toBeLessThanOrEqual(found.events);
  expect((await boxOf(maya.email)).filter(({ Subject }) => Subject === 'New')).toEqual([]);
});

/** Patterns that the emulator does not support, or interprets differently. */
const emulatorLacks: readonly string[] = [];

test('our matcher and the event bus agree on which patterns match an event', async () => {
  const whole = { id: '1', account: '123456789012', region: 'us-east-1', ...event };
  const differing: string[] = [];
  for (const [pattern, expected] of patternCases) {
    const EventPattern = JSON.stringify(pattern);
    const answer = await eventBridge
      .send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(whole) }))
      .then(({ Result }) => Result, String);
    if (answer !== expected) differing.push(EventPattern);
  }
  expect(differing).toEqual(emulatorLacks);
});
