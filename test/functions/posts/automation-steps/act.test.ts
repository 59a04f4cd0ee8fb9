import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { PostStep } from '#events/automation-steps.ts';
import { approvePost, requestPostChanges } from '#functions/posts/approval/contract.ts';
import { newPublication } from '#functions/posts/domain/post.ts';
import { setQueue } from '#functions/posts/queue/contract.ts';
import { stopWorkspace } from '#functions/posts/stops/contract.ts';
import { tasks } from '#functions/posts/task-names.ts';
import { createTemplate } from '#functions/posts/templates/contract.ts';
import { instantAfter } from '#shared/time.ts';
import { owner } from '#test/support/http-event.ts';
import { draft, type Harness, harness, put } from '../harness.ts';
import { accountId, aPart, noon, out, workspaceId } from '../samples.ts';

const order = {
  ...{
    workspaceId,
    automationId: 'aut_01KATJ9V5H8Q3M4N5P6R7S8T9V',
    runId: 'run_01KATJ9V5H8Q3M4N5P6R7S8T9V',
    step: '2.then.1',
  },
  ...{ triggeredAt: noon.toISOString(), chain: ['aut_01KATJ9V5H8Q3M4N5P6R7S8T9V'] },
  by: { personId: owner.personId, people: [owner.personId], role: 'manager' },
  notAfter: instantAfter(noon, 10_000),
};

let context: Harness;
let templateId: string;
let postId: string;
let publishedId: string;
beforeEach(async () => {
  context = await harness();
  const variables = [
    { name: 'title', type: 'text' },
    { name: 'price', type: 'number', isRequired: false, default: 1 },
  ];
  const body = { name: 'News', parts: [{ text: '{{title}} for {{price}}' }], variables };
  templateId = (await context.ask(createTemplate, z.object({ id: z.string() }), { body })).body.id;
  await context.ask(setQueue, z.unknown(), {
    path: { accountId },
    headers: { 'if-match': '*' },
    body: { timeZone: 'UTC', slots: [{ weekday: 1, time: '09:00' }] },
  });
  ({ id: postId } = await draft(context));
  const publication = { ...newPublication(noon.toISOString()), parts: [out()], publishedAt: noon.toISOString() };
  publishedId = 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9P';
  await put(context, { id: publishedId, status: 'published', parts: [aPart()], publication });
});

const act = (step: object, said: object = {}) =>
  context.run(tasks.actForAutomation, { order: { ...order, ...said }, step });
const stepOf = (kind: PostStep['kind'], said: object = {}): object => {
  const writing = { accountId, templateId, values: { title: 'Tea', price: '2.5' } };
  switch (kind) {
    case 'draft_post':
    case 'queue_post':
      return { kind, ...writing, ...said };
    case 'schedule_post':
      return { kind, ...writing, publishAt: instantAfter(noon, 3_600_000), ...said };
    case 'submit_post':
      return { kind, postId, comment: 'Look', ...said };
    case 'repost_post':
      return { kind, postId: publishedId, ...said };
  }
};
const kinds: PostStep['kind'][] = ['draft_post', 'schedule_post', 'queue_post', 'submit_post', 'repost_post'];
const Made = z.object({ outcome: z.literal('done'), made: z.object({ kind: z.string(), id: z.string() }) });

describe.each(kinds)('%s', (kind) => {
  test('is idempotent, and publishes an event with the automation as actor and its chain', async () => {
    const first = await act(stepOf(kind));
    const told = context.told().length;
    context.clock.pass(3_000);
    expect(await act(stepOf(kind))).toEqual(first);
    expect(context.told()).toHaveLength(told);
    expect(Made.parse(first).made.kind).toBe(kind === 'repost_post' ? 'repost' : 'post');
    const last = context.events().at(-1)?.detail;
    expect(last).toMatchObject({ actor: { type: 'automation', id: order.automationId }, chain: order.chain });
  });

  test('does nothing and returns too_late after its deadline', async () => {
    const told = context.told().length;
    context.clock.pass(10_000);
    expect(await act(stepOf(kind))).toEqual({ outcome: 'too_late' });
    expect(context.told()).toHaveLength(told);
  });

  test('is refused with role_lacks_permission when the role does not allow it', async () => {
    const said = await act(stepOf(kind), { by: { ...order.by, role: 'analyst' } });
    expect(said).toMatchObject({ outcome: 'refused', code: 'role_lacks_permission' });
  });

  test('is refused when the order is from another workspace', async () => {
    const said = await act(stepOf(kind), { workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' });
    expect(said).toMatchObject({ outcome: 'refused' });
  });
});

test('a retried submit_post changes nothing once reviewers have decided', async () => {
  for (const [decide, status, body] of [
    [requestPostChanges, 'changes_requested', { comment: 'Shorter' }],
    [approvePost, 'approved', {}],
  ] as const) {
    const { id } = await draft(context);
    const step = stepOf('submit_post', { postId: id });
    const first = await act(step, { step: status });
    const decided = await context.call(decide, { path: { postId: id }, headers: { 'if-match': '*' }, body });
    expect(decided.status).toBe(200);
    const told = context.told().length;
    expect(await act(step, { step: status })).toEqual(first);
    expect(context.told()).toHaveLength(told);
    expect(await context.deps.posts.get(workspaceId, id)).toMatchObject({ approval: { status } });
  }
});

test('a draft records the automation and the run that made it', async () => {
  const { id } = Made.parse(await act(stepOf('draft_post'))).made;
  const { automationId, runId } = order;
  expect(await context.deps.posts.get(workspaceId, id)).toMatchObject({
    ...{ status: 'draft', madeBy: { automationId, runId } },
    parts: [{ text: 'Tea for 2.5' }],
  });
});

test('an empty value takes the default of its variable, or is refused with missing_variable', async () => {
  const { id } = Made.parse(await act(stepOf('draft_post', { values: { title: 'Tea', price: '' } }))).made;
  expect(await context.deps.posts.get(workspaceId, id)).toMatchObject({ parts: [{ text: 'Tea for 1' }] });
  const said = await act(stepOf('draft_post', { values: { title: '', price: '2' } }), { step: '3' });
  expect(said).toEqual({ outcome: 'refused', code: 'missing_variable', message: '"values.title" is required.' });
});

test('a value longer than its variable allows is truncated without splitting a character', async () => {
  const title = `${'a'.repeat(278)}🎉 and more`;
  const said = await act(stepOf('draft_post', { values: { title } }));
  // The filled template exceeds the limit of X all the same, and is not truncated.
  expect(said).toMatchObject({ outcome: 'refused', code: 'text_too_long' });
  const body = {
    name: 'Short',
    parts: [{ text: '{{title}}' }],
    variables: [{ name: 'title', type: 'text', maxLength: 8 }],
  };
  const { id: short } = (await context.ask(createTemplate, z.object({ id: z.string() }), { body })).body;
  const shorten = async (long: string, step: string) => {
    const values = { title: long };
    const { id } = Made.parse(await act(stepOf('draft_post', { templateId: short, values }), { step })).made;
    return (await context.deps.posts.get(workspaceId, id)).parts[0]?.text;
  };
  expect(await shorten('Über uns und mehr', '3')).toBe('Über un…');
  expect(await shorten('Neu: a🎉 und mehr', '4')).toBe('Neu: a…');
});

test('a schedule_post that failed after creating its draft schedules that draft on retry', async () => {
  const { posts } = context.deps;
  context.deps.posts = {
    ...posts,
    save: async () => {
      context.deps.posts = posts;
      throw new Error('Killed');
    },
  };
  await expect(act(stepOf('schedule_post'))).rejects.toThrow('Killed');
  const { id } = Made.parse(await act(stepOf('schedule_post'))).made;
  expect(await context.deps.posts.get(workspaceId, id)).toMatchObject({ status: 'scheduled' });
  expect(context.told().filter(([type]) => type === 'post.created')).toHaveLength(3);
});

test('schedule_post whose deadline passes while it creates the draft returns too_late, unscheduled', async () => {
  const { posts } = context.deps;
  context.deps.posts = {
    ...posts,
    create: async (...given) => {
      context.clock.pass(11_000);
      return posts.create(...given);
    },
  };
  expect(await act(stepOf('schedule_post'))).toEqual({ outcome: 'too_late' });
  expect(context.told().map(([type]) => type)).not.toContain('post.scheduled');
});

test.each([
  [
    'a template that is gone',
    stepOf('draft_post', { templateId: 'tpl_01KATJ9V5H8Q3M4N5P6R7S8T9W' }),
    'template_not_found',
  ],
  ['a value of the wrong kind', 'price', 'invalid_value'],
  ['a post that is not out', 'repost', 'not_published'],
] as const)('a step with %s is refused', async (_, step, code) => {
  const asked =
    step === 'price'
      ? stepOf('draft_post', { values: { title: 'Tea', price: 'cheap' } })
      : step === 'repost'
        ? stepOf('repost_post', { postId })
        : step;
  expect(await act(asked)).toMatchObject({ outcome: 'refused', code });
});

test('repost_post is refused while publishing is stopped', async () => {
  await context.ask(stopWorkspace, z.unknown(), { body: { reason: 'Enough' } });
  const told = context.told().length;
  expect(await act(stepOf('repost_post'))).toMatchObject({ outcome: 'refused', code: 'publishing_stopped' });
  expect(context.told()).toHaveLength(told);
});
