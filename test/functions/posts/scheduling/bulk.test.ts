import { beforeEach, describe, expect, test, vi } from 'vitest';
import { reschedulePosts } from '#functions/posts/scheduling/bulk-contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import { owner } from '#test/support/http-event.ts';
import { draft, type Harness, harness, later, put, scheduled } from '../harness.ts';
import { noon } from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const unknown = 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9W';
const reschedule = async (...items: object[]) =>
  (await context.ask(reschedulePosts, reschedulePosts.response, { body: { items } })).body.items;

describe('rescheduling posts in bulk', () => {
  test('takes new times as instants, as local times and as shifts', async () => {
    const [one, two, three] = [await scheduled(context), await scheduled(context), await scheduled(context)];
    const items = await reschedule(
      { postId: one.id, publishAt: '2026-11-23T08:00:00Z' },
      { postId: two.id, localTime: '2026-11-23T10:00', timeZone: 'Europe/Berlin' },
      { postId: three.id, shiftMinutes: -30 },
    );
    expect(items).toEqual([
      { postId: one.id, status: 'rescheduled', scheduledAt: '2026-11-23T08:00:00.000Z', problem: null },
      { postId: two.id, status: 'rescheduled', scheduledAt: '2026-11-23T09:00:00.000Z', problem: null },
      { postId: three.id, status: 'rescheduled', scheduledAt: '2026-11-22T12:30:00.000Z', problem: null },
    ]);
    const kept = await context.deps.posts.get(owner.workspaceId, three.id);
    expect(kept).toMatchObject({ scheduledAt: '2026-11-22T12:30:00.000Z', scheduleVersion: 2 });
  });

  test('reports why a post is refused and leaves its time, while the others are rescheduled', async () => {
    const { id } = await scheduled(context);
    const { id: early } = await scheduled(context);
    const { id: written } = await draft(context);
    const { id: out } = await put(context, { id: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9Z', status: 'published' });
    const items = await reschedule(
      { postId: unknown, publishAt: later },
      { postId: out, publishAt: later },
      { postId: early, shiftMinutes: -61 },
      { postId: written, shiftMinutes: 5 },
      { postId: id, shiftMinutes: 60 },
    );
    expect(items.map(({ status, problem }) => [status, problem?.code, problem?.fields?.[0]?.path])).toEqual([
      ['refused', 'post_not_found', undefined],
      ['refused', 'post_published', undefined],
      ['refused', 'invalid_publish_at', 'body.items.2.publishAt'],
      ['refused', 'not_scheduled', 'body.items.3.shiftMinutes'],
      ['rescheduled', undefined, undefined],
    ]);
    expect((await context.deps.posts.get(owner.workspaceId, early)).scheduledAt).toBe(later);
  });

  test('judges posts by their new times', async () => {
    const parts = [{ text: 'The same words' }];
    const [one, two] = [await draft(context, parts), await draft(context, parts)];
    expect(await reschedule({ postId: one.id, publishAt: '2026-12-31T12:00:00Z' })).toMatchObject([
      { status: 'rescheduled' },
    ]);
    const refused = await reschedule({ postId: two.id, publishAt: '2026-12-31T02:00:00Z' });
    expect(refused).toMatchObject([{ status: 'refused', problem: { code: 'policy_blocked' } }]);
    const doubtful = await reschedule({ postId: two.id, publishAt: '2026-12-30T12:00:00Z' });
    expect(doubtful).toMatchObject([{ status: 'refused', problem: { code: 'policy_warnings' } }]);
    expect(await reschedule({ postId: two.id, publishAt: later })).toMatchObject([{ status: 'rescheduled' }]);
  });

  test('reports an internal error for one post and writes the others', async () => {
    const [one, two] = [await scheduled(context), await scheduled(context)];
    const save = context.deps.posts.save.bind(context.deps.posts);
    vi.spyOn(context.deps.posts, 'save').mockImplementation(async (post, author) => {
      if (post.id === one.id) throw new Error('the table is away');
      return save(post, author);
    });
    const items = await reschedule({ postId: one.id, shiftMinutes: 1 }, { postId: two.id, shiftMinutes: 1 });
    expect(items).toMatchObject([
      { status: 'refused', problem: { status: 500, code: 'internal_error' } },
      { status: 'rescheduled' },
    ]);
  });

  test.each([
    ['no time', { postId: unknown }, 'body.items.0'],
    ['two times', { postId: unknown, publishAt: later, shiftMinutes: 1 }, 'body.items.0'],
    ['a local time of nowhere', { postId: unknown, localTime: '2026-11-23T10:00' }, 'body.items.0.timeZone'],
    ['a shift beyond every schedule', { postId: unknown, shiftMinutes: 432_001 }, 'body.items.0.shiftMinutes'],
  ])('with %s is refused with 400, naming the field', async (_, item, path) => {
    const answer = await context.ask(reschedulePosts, Problem, { body: { items: [item] } });
    expect(answer.status).toBe(400);
    expect(answer.body.fields?.map((field) => field.path)).toEqual([path]);
  });

  test('is refused when a post is named twice, and for more than a hundred items or none', async () => {
    const item = { postId: unknown, publishAt: later };
    const twice = await context.ask(reschedulePosts, Problem, { body: { items: [item, item] } });
    expect(twice.body.fields?.map((field) => field.path)).toEqual(['body.items.1.postId']);
    const different = Array.from({ length: 101 }, () => ({ ...item, postId: newId('pst', noon) }));
    for (const items of [different, []]) {
      const answer = await context.ask(reschedulePosts, Problem, { body: { items } });
      expect([answer.status, answer.body.fields?.map((field) => field.path)]).toEqual([400, ['body.items']]);
    }
    expect(await reschedule(...different.slice(1))).toHaveLength(100);
  });
});
