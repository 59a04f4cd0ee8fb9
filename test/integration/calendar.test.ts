import { beforeAll, describe, expect, test } from 'vitest';
import { createCalendarFeed, getCalendar, listCalendarFeeds } from '#functions/posts/calendar/contract.ts';
import { getQueue } from '#functions/posts/queue/contract.ts';
import { reschedulePosts } from '#functions/posts/scheduling/bulk-contract.ts';
import { exportPosts, importPosts } from '#functions/posts/transfer/contract.ts';
import { listAuditEvents } from '#functions/users/audit/contract.ts';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { expectProblem, send, whenHeardOf, whereIs } from '../support/integration/answers.ts';
import { inMs, Post, read, schedule, write } from '../support/integration/desk.ts';
import { joinByInvitation } from '../support/integration/invitations.ts';
import { stage } from '../support/integration/stage.ts';

const maya = new Marketer(stage);
const stranger = new Marketer(stage, 'stranger');
let accountId = '';
beforeAll(async () => {
  await Promise.all([maya.join(), stranger.join()]);
  accountId = await maya.connect(await newXUser(stage));
  // From here on, posts knows the account.
  await maya.call('DELETE', `/v1/posts/${(await write(maya, accountId, 'The first one.')).id}`);
});

const dayMs = 86_400_000;
const daysAhead = (days: number): string => inMs(days * dayMs).slice(0, 10);
const slots = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, time: '09:30' }));

describe('a queue', () => {
  test('assigns concurrently queued posts a slot each, and reuses the slot of a cancelled post', async () => {
    const path = `/v1/queues/${accountId}`;
    expectProblem(await maya.call('GET', path), 404, 'queue_not_found');
    await maya.do(getQueue.response, 'PUT', path, { timeZone: 'Europe/Berlin', slots });
    expect(await maya.do(getQueue.response, 'GET', path)).toMatchObject({ timeZone: 'Europe/Berlin', slots });
    const drafts = await Promise.all(Array.from({ length: 8 }, (_, each) => write(maya, accountId, `Queued ${each}`)));
    const queued = await Promise.all(drafts.map(({ id }) => maya.do(Post, 'POST', `/v1/posts/${id}/queue`)));
    const times = queued.map(({ scheduledAt }) => scheduledAt ?? '').sort();
    expect(new Set(times).size).toBe(8);
    // Eight slots on consecutive days; a change to or from daylight saving time may shift the span by an hour.
    const span = Date.parse(times.at(-1) ?? '') - Date.parse(times[0] ?? '');
    expect(Math.round(span / dayMs)).toBe(7);

    const [freed] = queued;
    await maya.do(Post, 'POST', `/v1/posts/${freed?.id ?? ''}/cancel`);
    const next = await write(maya, accountId, 'Queued in its place');
    expect((await maya.do(Post, 'POST', `/v1/posts/${next.id}/queue`)).scheduledAt).toBe(freed?.scheduledAt);
    expectProblem(await maya.call('POST', `/v1/posts/${next.id}/queue`), 409, 'post_scheduled');
  });
});

test('a bulk reschedule moves scheduled posts, refuses drafts, and happens once per idempotency key', async () => {
  const [one, two] = [await write(maya, accountId, 'To be moved'), await write(maya, accountId, 'Never had a time')];
  const first = inMs(20 * dayMs);
  await schedule(maya, one, first);
  const body = {
    items: [
      { postId: one.id, shiftMinutes: 60 },
      { postId: two.id, shiftMinutes: 60 },
    ],
  };
  const move = async () =>
    maya.do(reschedulePosts.response, 'POST', '/v1/posts/reschedule', body, { 'idempotency-key': `move-${one.id}` });
  const { items } = await move();
  expect(items).toMatchObject([{ status: 'rescheduled' }, { status: 'refused', problem: { code: 'not_scheduled' } }]);
  expect((await move()).items).toEqual(items);
  expect(Date.parse((await read(maya, one)).scheduledAt ?? '') - Date.parse(first)).toBe(3_600_000);
});

describe('an import', () => {
  test('of forty rows is idempotent, can be exported, and is refused as repeated in a dry run', async () => {
    const at = inMs(40 * dayMs);
    const rows = Array.from({ length: 40 }, (_, each) =>
      [accountId, `"Row ${each}, with ""quotes""\nand lines ${'x'.repeat(200)}"`, each % 2 === 0 ? at : ''].join(','),
    );
    rows[20] = `${accountId},"never closed,`;
    const content = ['accountId,text,publishAt', ...rows].join('\r\n');
    const ask = { format: 'csv', mode: 'each', content };
    const report = await maya.do(importPosts.response, 'POST', '/v1/posts/import', ask, {
      'idempotency-key': `import-${accountId}`,
    });
    expect(report).toMatchObject({ written: 39, refused: 1 });
    expect(report.rows[20]).toMatchObject({ row: 21, outcome: 'refused', fields: [{ code: 'malformed_row' }] });
    const again = await maya.do(importPosts.response, 'POST', '/v1/posts/import', ask, {
      'idempotency-key': `import-${accountId}`,
    });
    expect(again).toEqual(report);

    const exported = await maya.do(
      exportPosts.response,
      'GET',
      `/v1/posts/export?format=csv&status=scheduled&from=${inMs(39 * dayMs)}`,
    );
    expect(exported).toMatchObject({ count: 19, nextCursor: null });
    const tried = await maya.do(importPosts.response, 'POST', '/v1/posts/import', {
      format: 'csv',
      mode: 'all',
      dryRun: true,
      content: exported.content,
    });
    // The same account may not publish the same text again at the same time.
    expect(tried).toMatchObject({ written: 0, refused: 19 });
    expect(tried.rows[0]).toMatchObject({ outcome: 'refused', fields: [{ code: 'repeated_on_account' }] });
  });

  test('in all-or-nothing mode writes either all rows or none', async () => {
    const row = (each: number) => ({ accountId, parts: [{ text: `All ${each}` }] });
    const rows = Array.from({ length: 40 }, (_, each) => row(each));
    const ask = (content: unknown[]) =>
      maya.do(importPosts.response, 'POST', '/v1/posts/import', {
        format: 'json',
        mode: 'all',
        content: JSON.stringify(content),
      });
    expect(await ask([...rows.slice(1), { ...row(0), parts: [] }])).toMatchObject({ written: 0, refused: 1 });
    expect(await ask(rows)).toMatchObject({ written: 40, refused: 0 });
  });

  test("into another workspace's account is refused row by row with account_not_found", async () => {
    const content = `accountId,text\n${accountId},In your name`;
    const report = await stranger.do(importPosts.response, 'POST', '/v1/posts/import', {
      format: 'csv',
      mode: 'each',
      content,
    });
    expect(report.rows).toMatchObject([{ outcome: 'refused', fields: [{ code: 'account_not_found' }] }]);
    const exported = await stranger.do(exportPosts.response, 'GET', '/v1/posts/export?format=json');
    expect(exported).toMatchObject({ count: 0, content: '[]' });
  });
});

describe('the calendar', () => {
  test('lists scheduled posts by local day, in pages, only to their own workspace', async () => {
    const day = daysAhead(60);
    const ids: string[] = [];
    for (const hour of ['09', '10', '23']) {
      const post = await write(maya, accountId, `At ${hour}`);
      await schedule(maya, post, `${day}T${hour}:30:00Z`);
      ids.push(post.id);
    }
    const path = `/v1/calendar?from=${day}&to=${daysAhead(61)}&timeZone=Asia/Kolkata&accountId=${accountId}`;
    const { days } = await maya.do(getCalendar.response, 'GET', path);
    expect(days).toMatchObject([
      {
        date: day,
        posts: [
          { postId: ids[0], time: '15:00', excerpt: 'At 09' },
          { postId: ids[1], time: '16:00' },
        ],
      },
      { date: daysAhead(61), posts: [{ postId: ids[2], time: '05:00', status: 'scheduled' }] },
    ]);
    const first = await maya.do(getCalendar.response, 'GET', `${path}&limit=1`);
    const next = await maya.do(getCalendar.response, 'GET', `${path}&limit=2&cursor=${first.nextCursor ?? ''}`);
    expect(
      [first, next].flatMap((page) => page.days.flatMap(({ posts }) => posts.map(({ postId }) => postId))),
    ).toEqual(ids);
    expect((await stranger.do(getCalendar.response, 'GET', path)).days).toEqual([]);
  });

  test('is served as a feed at a secret link until the link is revoked', async () => {
    const post = await write(maya, accountId, 'In every calendar');
    await schedule(maya, post, inMs(5 * dayMs));
    const make = () => maya.do(createCalendarFeed.response, 'POST', '/v1/calendar/feeds');
    const [other, { id, path }] = [await make(), await make()];
    const feed = await whenHeardOf(() => send('GET', path));
    expect(feed.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(feed.body).toContain(`UID:${post.id}@`);
    expect(feed.body).toContain('SUMMARY:In every calendar\r\n');
    expectProblem(
      await send('GET', `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`),
      404,
      'calendar_feed_not_found',
    );
    expectProblem(await stranger.call('DELETE', `/v1/calendar/feeds/${id}`), 404, 'calendar_feed_not_found');
    const listed = await maya.do(listCalendarFeeds.response, 'GET', '/v1/calendar/feeds');
    expect(listed.items.map((each) => each.id).sort()).toEqual([other.id, id].sort());
    expect((await maya.call('DELETE', `/v1/calendar/feeds/${id}`)).status).toBe(204);
    expectProblem(await send('GET', path), 404, 'calendar_feed_not_found');
    expect((await send('GET', other.path)).status).toBe(200);
  });

  test('is closed to a removed member whose token is still valid, and the audit trail records it', async () => {
    const robin = new Marketer(stage, 'robin');
    await joinByInvitation(maya, robin, 'manager');
    const { personId } = await whereIs(robin);
    const { id, path } = await robin.do(createCalendarFeed.response, 'POST', '/v1/calendar/feeds');
    expect((await send('GET', path)).status).toBe(200);
    expect((await maya.call('DELETE', `/v1/members/${personId}`)).status).toBe(204);
    await eventually('the link is over', async () => ((await send('GET', path)).status === 404 ? true : undefined));
    expectProblem(await robin.call('POST', '/v1/calendar/feeds'), 403, 'not_a_member');
    const trail = (type: string) =>
      eventually(`${type} is in the trail`, async () => {
        const { items } = await maya.do(listAuditEvents.response, 'GET', `/v1/audit-events?eventType=${type}`);
        return items.find(({ entityId }) => entityId === id);
      });
    expect(await trail('calendar_feed.created')).toMatchObject({ actor: { id: personId }, data: { personId } });
    expect(await trail('calendar_feed.revoked')).toMatchObject({ actor: { type: 'system' }, data: { personId } });
  });
});
