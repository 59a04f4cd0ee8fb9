import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  MemberAdded,
  MemberDisabled,
  MemberEnabled,
  MemberRemoved,
  MemberRoleChanged,
  PersonErased,
} from '#events/users.ts';
import * as contract from '#functions/posts/calendar/contract.ts';
import { routes } from '#functions/posts/routes.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import { audited } from '#functions/users/domain/audited-events.ts';
import type { EventDefinition } from '#shared/events/event.ts';
import { Problem } from '#shared/http/problem.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { httpEvent, lambdaContext, owner, type SignedIn } from '#test/support/http-event.ts';
import { draft, type Harness, harness, put, scheduled } from '../harness.ts';
import { accountId, aPart, otherAccountId } from '../samples.ts';

const stranger: SignedIn = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const calendar = async (query: Record<string, string>, as = owner) =>
  (await context.ask(contract.getCalendar, contract.getCalendar.response, { query, as })).body;
const refused = (query: Record<string, string>) => context.ask(contract.getCalendar, Problem, { query });

describe('the calendar', () => {
  const days = { from: '2026-11-22', to: '2026-11-24' };

  test('groups posts by local day in chronological order, and omits posts without a time', async () => {
    await draft(context);
    const late = await scheduled(context, '2026-11-22T23:30:00.000Z');
    const early = await scheduled(context, '2026-11-22T13:05:59.000Z');
    expect(await calendar({ ...days, timeZone: 'Europe/Berlin' })).toEqual({
      timeZone: 'Europe/Berlin',
      nextCursor: null,
      days: [
        {
          date: '2026-11-22',
          posts: [
            {
              postId: early.id,
              accountId,
              status: 'scheduled',
              time: '14:05',
              scheduledAt: '2026-11-22T13:05:59.000Z',
              excerpt: expect.stringMatching(/^Hello \d+$/) as string,
              parts: 1,
              problem: null,
            },
          ],
        },
        { date: '2026-11-23', posts: [expect.objectContaining({ postId: late.id, time: '00:30' })] },
      ],
    });
  });

  test('starts and ends its range at midnight in the requested time zone', async () => {
    const inside = await scheduled(context, '2026-11-22T23:00:00.000Z');
    await scheduled(context, '2026-11-22T22:59:59.999Z');
    const last = await scheduled(context, '2026-11-23T22:59:59.999Z');
    await scheduled(context, '2026-11-23T23:00:00.000Z');
    const found = await calendar({ from: '2026-11-23', to: '2026-11-23', timeZone: 'Europe/Berlin' });
    expect(found.days.flatMap(({ posts }) => posts.map(({ postId }) => postId))).toEqual([inside.id, last.id]);
  });

  test('fills its pages although drafts lie between, and continues a day on the next page', async () => {
    for (const minute of ['10', '20', '30']) {
      await scheduled(context, `2026-11-22T13:${minute}:00.000Z`);
      await draft(context);
    }
    const first = await calendar({ ...days, limit: '2' });
    const next = await calendar({ ...days, limit: '2', cursor: first.nextCursor ?? '' });
    const shown = [first, next].map((page) =>
      page.days.map(({ date, posts }) => [date, posts.map(({ time }) => time)]),
    );
    expect(shown).toEqual([[['2026-11-22', ['13:10', '13:20']]], [['2026-11-22', ['13:30']]]]);
    expect(next.nextCursor).toBeNull();
  });

  test('filters by account, and shows nothing to another workspace', async () => {
    await scheduled(context, '2026-11-22T13:00:00.000Z');
    expect((await calendar({ ...days, accountId })).days).toHaveLength(1);
    expect((await calendar({ ...days, accountId: otherAccountId })).days).toEqual([]);
    expect((await calendar(days, stranger)).days).toEqual([]);
  });

  test('includes why a post is held, and a shortened excerpt of a long text', async () => {
    const problem = { code: 'account_suspended', reason: 'X has suspended the account.' };
    const parts = [aPart({ text: 'word '.repeat(50) }), aPart({ text: 'More' })];
    await put(context, { status: 'held', scheduledAt: '2026-11-23T12:00:00.000Z', problem, parts });
    const [day] = (await calendar(days)).days;
    expect(day?.posts[0]).toMatchObject({ status: 'held', problem, parts: 2 });
    expect(day?.posts[0]?.excerpt.length).toBeLessThanOrEqual(140);
  });

  test('accepts a range of 92 days', async () => {
    expect((await calendar({ from: '2026-11-01', to: '2027-01-31' })).days).toEqual([]);
  });

  test.each([
    ['93 days', { from: '2026-11-01', to: '2027-02-01' }, 'query.to'],
    ['an end before its begin', { from: '2026-11-02', to: '2026-11-01' }, 'query.to'],
    ['a day that does not exist', { from: '2026-02-29', to: '2026-03-01' }, 'query.from'],
    ['no range', { to: '2026-11-01' }, 'query.from'],
    ['a zone that does not exist', { ...days, timeZone: 'Europe/Atlantis' }, 'query.timeZone'],
  ])('refuses %s with 400 and names the field', async (_, query, path) => {
    const answer = await refused(query);
    expect(answer.status).toBe(400);
    expect(answer.body.fields?.map((field) => field.path)).toContain(path);
  });
});

describe('a calendar feed', () => {
  const Answer = z.object({ statusCode: z.int(), headers: z.record(z.string(), z.string()), body: z.string() });
  /** Requests the feed as a calendar client does: not signed in, and the answer is no JSON. */
  const subscribe = async (path: string, query: Record<string, string> = {}) =>
    Answer.parse(await asked(path, query, 'GET'));
  const asked = (path: string, query: Record<string, string>, method: 'GET' | 'HEAD'): Promise<unknown> => {
    const handler = createHandler({ context: 'posts', routes: routes(context.deps, { get: async () => undefined }) });
    const token = path.split('/').at(-1) ?? '';
    const event = httpEvent(contract.readCalendarFeed, { path: { token }, query });
    event.routeKey = event.routeKey.replace('GET', method);
    event.requestContext.http.method = method;
    return handler(event, lambdaContext);
  };
  const make = async (as = owner) =>
    (await context.ask(contract.createCalendarFeed, contract.createCalendarFeed.response, { as })).body;
  const made = async (as = owner) => (await make(as)).path;
  const refusal = async (as: SignedIn) => {
    const { status, body } = await context.ask(contract.createCalendarFeed, Problem, { as });
    return [status, body.code];
  };
  const list = async (as = owner, query = {}) =>
    (await context.ask(contract.listCalendarFeeds, contract.listCalendarFeeds.response, { as, query })).body;
  const revoke = async (feedId: string, as = owner) =>
    (await context.ask(contract.revokeCalendarFeed, z.unknown(), { as, path: { feedId } })).status;
  const dayMs = 86_400_000;

  const manager: SignedIn = { ...owner, role: 'manager', personId: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9M' };

  test('ignores unknown query parameters, and answers HEAD with its headers alone', async () => {
    await scheduled(context, '2026-11-22T13:00:00.000Z');
    const path = await made();
    const plain = await subscribe(path);
    expect(plain.body).toContain('BEGIN:VEVENT');
    expect(await subscribe(path, { nocache: '1', '': '' })).toEqual(plain);
    const { body, ...rest } = plain;
    expect(body).not.toBe('');
    expect(await asked(path, { t: '1764000000' }, 'HEAD')).toEqual(rest);
  });

  test('lists scheduled, held and published posts from 30 days ago to 90 days ahead', async () => {
    const id = (last: string) => `pst_01KATJ9V5H8Q3M4N5P6R7S8T9${last}`;
    const at = (scheduledAt: string, status: 'published' | 'held' | 'scheduled' | 'cancelled', last: string) =>
      put(context, { id: id(last), status, scheduledAt });
    await at('2026-10-23T12:00:00.000Z', 'published', 'A');
    await at('2026-10-23T11:59:59.999Z', 'published', 'B');
    await at('2026-11-23T12:00:00.000Z', 'held', 'C');
    await at('2027-02-20T11:59:59.000Z', 'scheduled', 'D');
    await at('2027-02-20T12:00:00.000Z', 'scheduled', 'E');
    await at('2026-11-24T12:00:00.000Z', 'cancelled', 'F');
    await draft(context);
    const { statusCode, headers, body } = await subscribe(await made());
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/calendar; charset=utf-8');
    expect([...body.matchAll(/^UID:(\w+)@/gm)].map(([, uid]) => uid)).toEqual([id('A'), id('C'), id('D')]);
  });

  test('opens only with its exact token, whose secret is neither stored, published nor listed', async () => {
    const path = await made();
    const secret = path.split('.').at(-1) ?? '';
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    const kept = await context.deps.calendarFeeds.find(owner);
    expect(JSON.stringify([kept, context.told(), await list()])).not.toContain(secret);
    const other = Buffer.alloc(32, 7).toString('base64url');
    for (const wrong of [
      `${owner.workspaceId}.${owner.personId}.${other}`,
      `${owner.workspaceId}.${secret}`,
      path.replace(owner.workspaceId, stranger.workspaceId),
      path.replace(owner.personId, manager.personId),
      `${path}x`,
      secret,
      'x',
      '__proto__',
    ]) {
      const answer = await subscribe(wrong);
      expect([answer.statusCode, z.object({ code: z.string() }).parse(JSON.parse(answer.body)).code]).toEqual([
        404,
        'calendar_feed_not_found',
      ]);
    }
    expect((await subscribe(path)).statusCode).toBe(200);
  });

  test('is limited to five per person, under concurrent requests too, and ends when revoked', async () => {
    const feeds = [await make(), await make(), await make(), await make(), await make()];
    expect(await refusal(owner)).toEqual([409, 'too_many_calendar_feeds']);
    const [first, second] = feeds;
    expect(await revoke(first?.id ?? '', stranger)).toBe(404);
    expect(await revoke(first?.id ?? '')).toBe(204);
    expect(await revoke(first?.id ?? '')).toBe(404);
    expect((await subscribe(first?.path ?? '')).statusCode).toBe(404);
    expect((await subscribe(second?.path ?? '')).statusCode).toBe(200);
    expect((await list()).items.map(({ id }) => id)).toEqual(feeds.slice(1).map(({ id }) => id));
    await make();
    expect(await refusal(owner)).toEqual([409, 'too_many_calendar_feeds']);
    // Concurrent requests get no more.
    const crowd = await Promise.all(
      Array.from({ length: 12 }, () => context.call(contract.createCalendarFeed, { as: manager })),
    );
    expect(crowd.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(crowd.filter(({ raw }) => raw.includes('too_many_calendar_feeds'))).toHaveLength(7);
    expect((await list(manager)).items).toHaveLength(5);
  });

  test('expires after a year, and no longer counts towards the limit', async () => {
    const { path, expiresAt } = await make();
    expect(Date.parse(expiresAt) - context.clock.now().getTime()).toBe(365 * dayMs);
    for (let each = 0; each < 4; each += 1) await make();
    context.clock.set(new Date(Date.parse(expiresAt) - 1));
    expect((await subscribe(path)).statusCode).toBe(200);
    context.clock.set(new Date(Date.parse(expiresAt)));
    expect((await subscribe(path)).statusCode).toBe(404);
    expect((await list()).items).toEqual([]);
    await make();
    expect(context.told().filter(([type]) => type === 'calendar_feed.revoked')).toEqual([]);
  });

  test('can be listed and revoked by its creator and by admins, but not by other members', async () => {
    const own = await make(manager);
    const others = await make();
    const ids = async (as: SignedIn) => (await list(as)).items.map(({ id, personId }) => [id, personId]);
    expect(await ids(manager)).toEqual([[own.id, manager.personId]]);
    expect((await ids(owner)).sort()).toEqual(
      [
        [own.id, manager.personId],
        [others.id, owner.personId],
      ].sort(),
    );
    expect(await ids({ ...owner, role: 'admin' })).toHaveLength(2);
    expect(await ids(stranger)).toEqual([]);
    const pages = await list(owner, { limit: '1' });
    expect([
      pages.items.length,
      (await list(owner, { limit: '1', cursor: pages.nextCursor ?? '' })).items.length,
    ]).toEqual([1, 1]);
    expect(await revoke(others.id, manager)).toBe(404);
    expect(await revoke(own.id, { ...owner, role: 'admin' })).toBe(204);
    expect((await subscribe(own.path)).statusCode).toBe(404);
  });

  test('publishes audited events with their actor when it is created and when it is revoked', async () => {
    const { id, expiresAt } = await make(manager);
    await revoke(id, owner);
    const told = context.events().map(({ definition, detail }) => ({
      type: definition.type,
      id: detail.entityId,
      by: detail.actor.id,
      data: detail.data,
    }));
    const { personId } = manager;
    expect(told).toEqual([
      { type: 'calendar_feed.created', id, by: personId, data: { personId, expiresAt } },
      { type: 'calendar_feed.revoked', id, by: owner.personId, data: { personId } },
    ]);
    expect(audited.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['calendar_feed.created', 'calendar_feed.revoked']),
    );
  });

  describe('of a member', () => {
    const hear = (definition: EventDefinition, version: number, data: object = {}) =>
      context.happened(definition, manager.personId, version, data);
    const demoted = { role: 'editor', previousRole: 'manager' };

    test.each([
      ['was removed', MemberRemoved, { role: 'manager' }],
      ['is shut out', MemberDisabled, {}],
      ['may not schedule any more', MemberRoleChanged, demoted],
      ['was erased', PersonErased, {}],
    ])('who %s is revoked, and creating another is refused with standing_lost', async (_, definition, data) => {
      const path = await made(manager);
      const kept = await made(owner);
      await hear(definition, 3, data);
      expect((await subscribe(path)).statusCode).toBe(404);
      expect(await refusal(manager)).toEqual([403, 'standing_lost']);
      expect(await list(manager)).toMatchObject({ items: [] });
      expect(context.told().filter(([type]) => type === 'calendar_feed.revoked')).toHaveLength(1);
      expect((await subscribe(kept)).statusCode).toBe(200);
      // Redelivery changes nothing.
      await hear(definition, 3, data);
      expect(await refusal(manager)).toEqual([403, 'standing_lost']);
    });

    test('who returns or may schedule again stays revoked, but a new one can be created', async () => {
      const path = await made(manager);
      await hear(MemberRemoved, 3, { role: 'manager' });
      await hear(MemberAdded, 4, { role: 'manager' });
      expect((await subscribe(path)).statusCode).toBe(404);
      const again = await made(manager);
      await hear(MemberRoleChanged, 5, { role: 'admin', previousRole: 'manager' });
      expect((await subscribe(again)).statusCode).toBe(200);
      await hear(MemberRoleChanged, 6, demoted);
      await hear(MemberDisabled, 7);
      await hear(MemberRoleChanged, 8, { role: 'manager', previousRole: 'editor' });
      expect(await refusal(manager)).toEqual([403, 'standing_lost']);
      await hear(MemberEnabled, 9);
      expect((await subscribe(await made(manager))).statusCode).toBe(200);
    });

    test('who was removed stays revoked when older events arrive later', async () => {
      const path = await made(manager);
      await hear(MemberRemoved, 5, { role: 'manager' });
      await hear(MemberRoleChanged, 4, { role: 'manager', previousRole: 'editor' });
      await hear(MemberEnabled, 3);
      expect((await subscribe(path)).statusCode).toBe(404);
      expect(await refusal(manager)).toEqual([403, 'standing_lost']);
    });

    test('who was removed before creating one is refused with standing_lost', async () => {
      await hear(MemberRemoved, 3, { role: 'manager' });
      expect(await refusal(manager)).toEqual([403, 'standing_lost']);
    });
  });

  test('does not show posts of another workspace', async () => {
    await scheduled(context, '2026-11-23T12:00:00.000Z');
    expect((await subscribe(await made(stranger))).body).not.toContain('UID:');
  });

  test('no longer lists a post once it is cancelled', async () => {
    const { id: postId } = await scheduled(context, '2026-11-23T12:00:00.000Z');
    const path = await made();
    expect((await subscribe(path)).body).toContain(`UID:${postId}@`);
    await context.ask(scheduling.cancelPost, z.unknown(), { path: { postId } });
    expect((await subscribe(path)).body).not.toContain('UID:');
  });

  test('can only be created by people whose role may schedule', async () => {
    expect(await refusal({ ...owner, role: 'editor' })).toEqual([403, 'role_lacks_permission']);
    expect(await refusal({ ...owner, personId: 'sva_01KATJ9V5H8Q3M4N5P6R7S8T9V' })).toEqual([403, 'people_only']);
  });
});
