import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import * as contract from '../../../functions/posts/contract.ts';
import { routes } from '../../../functions/posts/routes.ts';
import { Problem } from '../../../shared/http/problem.ts';
import { routeKey } from '../../../shared/http/operation.ts';
import { owner, type SignedIn } from '../../support/http-event.ts';
import { accountId, aPost, author, mediaId, noon, otherAccountId } from './sample.ts';
import { openWorld, type World } from './world.ts';

const { PostView, MediaView } = contract;
const stranger: SignedIn = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
const later = '2026-11-22T13:00:00.000Z';
const parts = [{ text: 'Hello' }];

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const draft = async () => (await world.call(contract.createPost, PostView, { body: { accountId, parts } })).body;

const scheduled = async (publishAt = later) => {
  const { id: postId } = await draft();
  return (await world.call(contract.schedulePost, PostView, { path: { postId }, body: { publishAt } })).body;
};

/** A post in a state that the API alone does not bring about. */
const put = async (said: Parameters<typeof aPost>[0]) => world.memory.posts.create(aPost(said), author);

const announce = async (contentType = 'image/png', bytes = 8) =>
  (await world.call(contract.createMedia, contract.createMedia.response, { body: { contentType, bytes } })).body;

const png = { bytes: 8, head: new Uint8Array(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')) };

test('every operation of the contract is carried out', () => {
  const carriedOut = routes(world.memory, { get: async () => undefined }).map(({ operation }) => routeKey(operation));
  expect(carriedOut.sort()).toEqual(contract.operations.map(routeKey).sort());
});

describe('a post', () => {
  test('is written as a draft and read again', async () => {
    const written = await world.call(contract.createPost, PostView, { body: { accountId, parts } });
    expect(written).toMatchObject({ status: 201, etag: '"v1"', body: { status: 'draft', version: 1, accountId } });
    expect(written.body.parts).toEqual([{ text: 'Hello', mediaIds: [] }]);
    const read = await world.call(contract.getPost, PostView, { path: { postId: written.body.id } });
    expect(read).toEqual({ ...written, status: 200 });
    expect(world.told()).toEqual([['post.created', { accountId }]]);
  });

  test('shows nothing of the platform’s own workings', async () => {
    const { id: postId } = await draft();
    const { body } = await world.call(contract.getPost, z.record(z.string(), z.unknown()), { path: { postId } });
    for (const hidden of ['workspaceId', 'claimedBy', 'correlationId', 'changedBy', 'nextAttemptAt', 'slot', 'ttl']) {
      expect(body).not.toHaveProperty(hidden);
    }
  });

  test('that X would refuse is refused with every reason', async () => {
    const body = { accountId, parts: [{ text: 'a'.repeat(281) }, { mediaIds: [mediaId] }] };
    const answer = await world.call(contract.createPost, Problem, { body });
    expect(answer).toMatchObject({ status: 422, body: { code: 'unpublishable' } });
    expect(answer.body.fields?.map(({ path, code }) => [path, code])).toEqual([
      ['body.parts.0.text', 'text_too_long'],
      ['body.parts.1.mediaIds.0', 'media_not_found'],
    ]);
    expect(world.memory.changes).toEqual([]);
  });

  test('for an account that is not there, or not connected any more, is refused', async () => {
    await world.memory.accounts.forget(owner.workspaceId, 2, accountId);
    const gone = await world.call(contract.createPost, Problem, { body: { accountId, parts } });
    expect(gone).toMatchObject({ status: 404, body: { code: 'account_not_found' } });
    const unknown = await world.call(contract.createPost, Problem, { body: { accountId: otherAccountId, parts } });
    expect(unknown).toEqual(gone);
  });

  test('may name an account whose event is still on its way', async () => {
    const find = vi.spyOn(world.memory.accounts, 'find').mockResolvedValueOnce(undefined);
    expect((await draft()).status).toBe('draft');
    expect(find).toHaveBeenCalledTimes(2);
  });

  test('is changed by whoever has read it last', async () => {
    const { id: postId } = await draft();
    const change = (tag: string | undefined, text: string) =>
      world.call(contract.changePost, z.unknown(), {
        path: { postId },
        body: { parts: [{ text }] },
        headers: { ...(tag !== undefined && { 'if-match': tag }) },
      });
    expect(await change('"v1"', 'Second')).toMatchObject({ status: 200, etag: '"v2"', body: { version: 2 } });
    expect(await change('"v1"', 'Third')).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
    expect(await change(undefined, 'Third')).toMatchObject({ status: 428, body: { code: 'if_match_missing' } });
    const { body } = await world.call(contract.getPost, PostView, { path: { postId } });
    expect(body.parts[0]?.text).toBe('Second');
  });

  test.each([contract.deletePost, contract.schedulePost, contract.publishPost, contract.cancelPost])(
    'is not taken further by someone who names an older version: $id',
    async (operation) => {
      const { id: postId } = await scheduled();
      const body = operation === contract.schedulePost ? { publishAt: later } : undefined;
      const sent = { path: { postId }, body, headers: { 'if-match': '"v1"' } };
      const answer = await world.call(operation, Problem, sent);
      expect(answer).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
      expect((await world.memory.posts.get(owner.workspaceId, postId)).version).toBe(2);
    },
  );

  test('is checked as a whole when only its account changes', async () => {
    await world.memory.accounts.learn(owner.workspaceId, 1, {
      accountId: otherAccountId,
      isConnected: true,
      maxWeightedLength: 3,
    });
    const { id: postId } = await draft();
    const sent = { path: { postId }, body: { accountId: otherAccountId }, headers: { 'if-match': '"v1"' } };
    expect(await world.call(contract.changePost, Problem, sent)).toMatchObject({ status: 422 });
  });

  test('must be changed in something', async () => {
    const { id: postId } = await draft();
    const sent = { path: { postId }, body: {}, headers: { 'if-match': '"v1"' } };
    expect(await world.call(contract.changePost, Problem, sent)).toMatchObject({ status: 400 });
  });

  test('that was deleted is found by nobody, and tells it once', async () => {
    const { id: postId } = await scheduled();
    const deleted = await world.call(contract.deletePost, z.undefined(), { path: { postId } });
    expect(deleted).toEqual({ status: 204, etag: undefined, body: undefined });
    for (const operation of [contract.getPost, contract.deletePost, contract.cancelPost]) {
      const again = await world.call(operation, Problem, { path: { postId } });
      expect(again).toMatchObject({ status: 404, body: { code: 'post_not_found' } });
    }
    const page = await world.call(contract.listPosts, contract.listPosts.response);
    expect(page.body.items).toEqual([]);
    expect(world.told().filter(([type]) => type === 'post.deleted')).toHaveLength(1);
    expect(await world.memory.posts.find(owner.workspaceId, postId)).toMatchObject({
      ttl: noon.getTime() / 1000 + 90 * 86_400,
    });
  });

  test.each(['publishing', 'published'] as const)('that is %s is not deleted', async (status) => {
    const { id: postId } = await put({ status });
    const answer = await world.call(contract.deletePost, Problem, { path: { postId } });
    expect(answer).toMatchObject({ status: 409, body: { code: `post_${status}` } });
  });
});

describe('a schedule', () => {
  test('is set in a time zone, told, and set anew', async () => {
    const { id: postId } = await draft();
    const schedule = (publishAt: string) =>
      world.call(contract.schedulePost, PostView, { path: { postId }, body: { publishAt, timeZone: 'Europe/Berlin' } });
    expect(await schedule('2026-11-22T13:00:00Z')).toMatchObject({
      status: 200,
      etag: '"v2"',
      body: { status: 'scheduled', scheduledAt: later, timeZone: 'Europe/Berlin', scheduleVersion: 1 },
    });
    expect((await schedule('2026-11-22T14:00:00Z')).body.scheduleVersion).toBe(2);
    expect(world.told().filter(([type]) => type === 'post.scheduled')).toHaveLength(2);
  });

  test.each([
    ['the past', { publishAt: '2026-11-22T11:59:59.999Z' }, 'body.publishAt'],
    ['301 days ahead', { publishAt: '2027-09-19T12:00:00Z' }, 'body.publishAt'],
    ['no instant', { publishAt: 'tomorrow' }, 'body.publishAt'],
    ['an instant that is not in UTC', { publishAt: '2026-11-22T13:00:00+01:00' }, 'body.publishAt'],
    ['a day that does not exist', { publishAt: '2027-02-29T12:00:00Z' }, 'body.publishAt'],
    ['a zone that does not exist', { publishAt: later, timeZone: 'Europe/Atlantis' }, 'body.timeZone'],
    ['a zone that is a path', { publishAt: later, timeZone: '../../etc/passwd' }, 'body.timeZone'],
  ])('in %s is refused, and the field is named', async (_, body, path) => {
    const { id: postId } = await draft();
    const answer = await world.call(contract.schedulePost, Problem, { path: { postId }, body });
    expect(answer.status).toBe(400);
    expect(new Set(answer.body.fields?.map((field) => field.path))).toEqual(new Set([path]));
    expect((await world.memory.posts.get(owner.workspaceId, postId)).status).toBe('draft');
  });

  test('for now begins at once', async () => {
    const { id: postId } = await draft();
    const answer = await world.call(contract.publishPost, PostView, { path: { postId } });
    expect(answer).toMatchObject({ status: 202, body: { status: 'scheduled', scheduledAt: noon.toISOString() } });
    expect(world.told().at(-1)).toMatchObject(['post.scheduled', { publishAt: noon.toISOString() }]);
  });

  test.each([contract.schedulePost, contract.publishPost])(
    'is not set for an account that is gone: $id',
    async (operation) => {
      const { id: postId } = await draft();
      await world.memory.accounts.forget(owner.workspaceId, 2, accountId);
      const body = operation === contract.schedulePost ? { publishAt: later } : undefined;
      expect(await world.call(operation, Problem, { path: { postId }, body })).toMatchObject({ status: 404 });
    },
  );

  test('is taken back, once', async () => {
    const { id: postId } = await scheduled();
    const cancel = () => world.call(contract.cancelPost, z.unknown(), { path: { postId } });
    expect(await cancel()).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(await cancel()).toMatchObject({ status: 409, body: { code: 'post_cancelled' } });
    expect(world.told().filter(([type]) => type === 'post.cancelled')).toHaveLength(1);
  });

  test('is not taken back once the post is on its way', async () => {
    const { id: postId } = await put({ status: 'publishing' });
    const answer = await world.call(contract.cancelPost, Problem, { path: { postId } });
    expect(answer).toMatchObject({ status: 409, body: { code: 'post_publishing' } });
  });
});

describe('the list', () => {
  const list = async (query: Record<string, string> = {}, as = owner) =>
    (await world.call(contract.listPosts, contract.listPosts.response, { query, as })).body;

  test('goes by time, page after page, to its end', async () => {
    const times = ['16', '14', '15', '18', '17'].map((hour) => `2026-11-22T${hour}:00:00.000Z`);
    for (const time of times) await scheduled(time);
    const found: (string | null)[] = [];
    let cursor: string | null = null;
    do {
      const page = await list({ limit: '2', ...(cursor !== null && { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(2);
      found.push(...page.items.map(({ scheduledAt }) => scheduledAt));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual(times.sort());
  });

  test('is filtered by status, account and time, the first bound included', async () => {
    await draft();
    const { id } = await scheduled(later);
    expect((await list({ status: 'scheduled' })).items.map((post) => post.id)).toEqual([id]);
    expect((await list({ from: '2026-11-22T13:00:00Z' })).items.map((post) => post.id)).toEqual([id]);
    expect((await list({ to: '2026-11-22T13:00:00Z' })).items.map(({ status }) => status)).toEqual(['draft']);
    expect((await list({ accountId: otherAccountId })).items).toEqual([]);
  });

  test('refuses a cursor of another query', async () => {
    await draft();
    await draft();
    const { nextCursor } = await list({ limit: '1' });
    const query = { limit: '1', status: 'draft', cursor: nextCursor ?? '' };
    expect(await world.call(contract.listPosts, Problem, { query })).toMatchObject({
      status: 400,
      body: { code: 'invalid_cursor' },
    });
  });

  test('refuses a time range that ends before it begins', async () => {
    const query = { from: later, to: noon.toISOString() };
    const answer = await world.call(contract.listPosts, Problem, { query });
    expect(answer).toMatchObject({ status: 400, body: { fields: [{ path: 'query.to' }] } });
  });

  test.each(['status=deleted', 'status=lost', 'limit=0', 'limit=101', 'limit=x', 'from=x', 'sort=x'])(
    'refuses %s',
    async (asked) => {
      const query = Object.fromEntries(new URLSearchParams(asked));
      expect(await world.call(contract.listPosts, Problem, { query })).toMatchObject({
        status: 400,
        body: { code: 'invalid_query' },
      });
    },
  );
});

describe('a media file', () => {
  test('is announced, uploaded, completed and used', async () => {
    const { media, upload } = await announce();
    expect(upload).toMatchObject({ method: 'PUT', headers: { 'content-type': 'image/png', 'content-length': '8' } });
    expect(media).toMatchObject({ status: 'awaiting_upload', altText: null });
    const path = { mediaId: media.id };

    const early = await world.call(contract.completeMedia, Problem, { path });
    expect(early).toMatchObject({ status: 409, body: { code: 'media_not_uploaded' } });
    world.memory.uploads.set(media.id, png);
    const completed = await world.call(contract.completeMedia, MediaView, { path });
    expect(completed).toMatchObject({ status: 200, etag: '"v2"', body: { status: 'ready' } });
    // Saying it again changes nothing.
    expect(await world.call(contract.completeMedia, MediaView, { path })).toEqual(completed);
    expect(await world.call(contract.getMedia, MediaView, { path })).toEqual(completed);

    const body = { accountId, parts: [{ mediaIds: [media.id] }] };
    expect((await world.call(contract.createPost, PostView, { body })).status).toBe(201);
  });

  test('that is something else than announced is refused', async () => {
    const { media } = await announce('image/jpeg');
    world.memory.uploads.set(media.id, png);
    const answer = await world.call(contract.completeMedia, Problem, { path: { mediaId: media.id } });
    expect(answer).toMatchObject({ status: 422, body: { code: 'media_mismatch' } });
  });

  test.each([
    [{ contentType: 'image/svg+xml', bytes: 8 }, 'body.contentType'],
    [{ contentType: 'image/png', bytes: 0 }, 'body.bytes'],
    [{ contentType: 'image/png', bytes: 5_242_881 }, 'body.bytes'],
    [{ contentType: 'image/png', bytes: 8, altText: 'a'.repeat(1001) }, 'body.altText'],
  ])('%j is refused at once', async (body, path) => {
    const answer = await world.call(contract.createMedia, Problem, { body });
    expect(answer.status).toBe(400);
    expect(answer.body.fields?.map((field) => field.path)).toEqual([path]);
  });
});

test("another workspace's posts and media do not exist", async () => {
  const { id: postId } = await scheduled();
  const { media } = await announce();
  const path = { postId };
  const sent = [
    world.call(contract.getPost, Problem, { as: stranger, path }),
    world.call(contract.deletePost, Problem, { as: stranger, path }),
    world.call(contract.cancelPost, Problem, { as: stranger, path }),
    world.call(contract.publishPost, Problem, { as: stranger, path }),
    world.call(contract.schedulePost, Problem, { as: stranger, path, body: { publishAt: later } }),
    world.call(contract.changePost, Problem, {
      as: stranger,
      path,
      body: { parts },
      headers: { 'if-match': '"v2"' },
    }),
    world.call(contract.getMedia, Problem, { as: stranger, path: { mediaId: media.id } }),
    world.call(contract.completeMedia, Problem, { as: stranger, path: { mediaId: media.id } }),
  ];
  for (const answer of await Promise.all(sent)) expect(answer.status).toBe(404);
  const page = await world.call(contract.listPosts, contract.listPosts.response, { as: stranger });
  expect(page.body).toEqual({ items: [], nextCursor: null });
});

test('an editor writes but does not publish; an analyst only reads', async () => {
  const { id: postId } = await scheduled();
  const status = async (role: SignedIn['role'], operation: (typeof contract.operations)[number], sent = {}) =>
    (await world.call(operation, z.unknown(), { as: { ...owner, role }, path: { postId }, ...sent })).status;
  expect(await status('editor', contract.createPost, { path: {}, body: { accountId, parts } })).toBe(201);
  expect(await status('editor', contract.publishPost)).toBe(403);
  expect(await status('editor', contract.cancelPost)).toBe(403);
  expect(await status('manager', contract.cancelPost)).toBe(200);
  expect(await status('analyst', contract.getPost)).toBe(200);
  expect(await status('analyst', contract.deletePost)).toBe(403);
});

test('health needs no one signed in', async () => {
  const up = await world.call(contract.health.health, z.unknown(), { as: undefined });
  expect(up).toMatchObject({ status: 200, body: { context: 'posts', status: 'up' } });
  const ready = await world.call(contract.health.ready, z.unknown(), { as: undefined });
  expect(ready).toMatchObject({ status: 200, body: { context: 'posts', status: 'ready' } });
});

test('whatever is sent, no operation answers 5xx', async () => {
  const { id: postId } = await draft();
  const { media } = await announce();
  const almost = fc.record(
    {
      accountId: fc.oneof(fc.constant(accountId), fc.string()),
      parts: fc.oneof(
        fc.array(fc.record({ text: fc.string({ unit: 'binary' }), mediaIds: fc.constant([]) }), { maxLength: 3 }),
        fc.jsonValue(),
      ),
      publishAt: fc.oneof(fc.date({ noInvalidDate: false }).map(String), fc.constant(later), fc.string()),
      timeZone: fc.oneof(fc.constantFrom('UTC', 'Etc/GMT+99', 'constructor'), fc.string()),
      contentType: fc.constantFrom('image/png', '__proto__'),
      bytes: fc.double(),
    },
    { requiredKeys: [] },
  );
  const query = fc.dictionary(
    fc.constantFrom('limit', 'cursor', 'status', 'accountId', 'from', 'to', '__proto__'),
    fc.oneof(fc.string(), fc.constantFrom('1', 'draft', later, accountId)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...contract.operations),
      fc.oneof(fc.constant({ postId }), fc.constant({ mediaId: media.id }), fc.dictionary(fc.string(), fc.string())),
      fc.oneof(almost, fc.jsonValue(), fc.string()),
      fc.option(query, { nil: undefined }),
      fc.option(fc.constantFrom('"v1"', '*', '"v99999999999"', 'W/"v1"', ''), { nil: undefined }),
      async (operation, path, body, asked, ifMatch) => {
        const headers = { 'content-type': 'application/json', ...(ifMatch !== undefined && { 'if-match': ifMatch }) };
        const sent = { path, body, headers, ...(asked && { query: asked }) };
        const { status } = await world.call(operation, z.unknown(), sent);
        expect(status).toBeLessThan(500);
      },
    ),
    { numRuns: 400 },
  );
});
