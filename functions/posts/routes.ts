import { DomainError, notFound } from '../../shared/errors.ts';
import { findReference } from '../../shared/events/reference.ts';
import { assertVersion } from '../../shared/http/etag.ts';
import { healthRoutes, reachTable } from '../../shared/http/health.ts';
import { knownTimeZone } from '../../shared/http/time-zone.ts';
import { route, type Caller, type RequestFacts, type Route } from '../../shared/http/route.ts';
import type { Table } from '../../shared/dynamo.ts';
import { newId } from '../../shared/ids.ts';
import { timeToLive } from '../../shared/time.ts';
import * as contract from './contract.ts';
import type { Deps } from './deps.ts';
import { findFaults } from './domain/content.ts';
import { assertSize, complete } from './domain/media.ts';
import { cancel, draft, edit, remove, schedule, type Post } from './domain/post.ts';

/** A deleted post is kept this long for the record. */
const deletedKeptSeconds = 90 * 24 * 60 * 60;

/** The HTTP operations of posts. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): Route[] => {
  const { posts, media, mediaFiles, now } = deps;
  /** The post to be changed, as the caller has seen it where they say which version that was. */
  const read = async (caller: Caller, path: { postId: string }, request: RequestFacts): Promise<Post> => {
    const post = await posts.get(caller.workspaceId, path.postId);
    assertVersion(post, request.ifMatch);
    return post;
  };
  return [
    route(contract.createPost, async ({ body, caller }) => {
      await assertPublishable(deps, caller.workspaceId, body.accountId, body.parts);
      const { accountId, parts } = body;
      const post = draft({ id: newId('pst', now()), workspaceId: caller.workspaceId, accountId, parts });
      return posts.create(post, caller);
    }),
    route(contract.listPosts, async ({ query: { limit, cursor, ...filter }, caller }) =>
      posts.list(caller.workspaceId, filter, {
        limit,
        cursor,
        scope: { operation: contract.listPosts.id, workspaceId: caller.workspaceId, ...filter },
      }),
    ),
    route(contract.getPost, async ({ path, caller }) => posts.get(caller.workspaceId, path.postId)),
    route(contract.changePost, async ({ path, body, caller, request }) => {
      const post = await read(caller, path, request);
      const changed = edit(post, body);
      await assertPublishable(deps, caller.workspaceId, changed.accountId, changed.parts);
      return posts.save(changed, caller);
    }),
    route(contract.deletePost, async ({ path, caller, request }) => {
      const post = await read(caller, path, request);
      await posts.save(remove(post, timeToLive(now(), deletedKeptSeconds)), caller);
      return undefined;
    }),
    route(contract.schedulePost, async ({ path, body, caller, request }) => {
      const post = await read(caller, path, request);
      const scheduled = schedule(
        post,
        body.publishAt,
        body.timeZone === undefined ? null : knownTimeZone(body.timeZone),
        now(),
      );
      await assertPublishable(deps, caller.workspaceId, post.accountId, post.parts);
      return posts.save(scheduled, caller);
    }),
    route(contract.publishPost, async ({ path, caller, request }) => {
      const post = await read(caller, path, request);
      const at = now();
      const scheduled = schedule(post, at.toISOString(), null, at);
      await assertPublishable(deps, caller.workspaceId, post.accountId, post.parts);
      return posts.save(scheduled, caller);
    }),
    route(contract.cancelPost, async ({ path, caller, request }) =>
      posts.save(cancel(await read(caller, path, request)), caller),
    ),
    route(contract.createMedia, async ({ body, caller }) => {
      assertSize(body.contentType, body.bytes);
      const file = await media.create(
        { id: newId('med', now()), workspaceId: caller.workspaceId, status: 'awaiting_upload', ...body },
        caller,
      );
      return { media: file, upload: { method: 'PUT' as const, ...(await mediaFiles.uploadTarget(file)) } };
    }),
    route(contract.completeMedia, async ({ path, caller }) => {
      const file = await media.get(caller.workspaceId, path.mediaId);
      if (file.status === 'ready') return file;
      return media.save(complete(file, await mediaFiles.inspect(file)), caller);
    }),
    route(contract.getMedia, async ({ path, caller }) => media.get(caller.workspaceId, path.mediaId)),
    ...healthRoutes(contract.health, 'posts', reachTable(table)),
  ];
};

/** @throws DomainError when the account is not there, or X would refuse the content. */
const assertPublishable = async (
  { accounts, media, measure, patience }: Deps,
  workspaceId: string,
  accountId: string,
  parts: Post['parts'],
): Promise<void> => {
  // A connection that was made a moment ago may be news that is still on its way, also of an account known before.
  const account = await findReference(async () => {
    const known = await accounts.find(workspaceId, accountId);
    return known?.isConnected === true ? known : undefined;
  }, patience);
  if (!account) throw notFound('account');
  const wanted = [...new Set(parts.flatMap(({ mediaIds }) => mediaIds))];
  const found = await Promise.all(wanted.map((id) => media.find(workspaceId, id)));
  const files = new Map(found.flatMap((file) => (file ? [[file.id, file] as const] : [])));
  const measures = await measure(parts.map(({ text }) => text));
  const fields = findFaults(parts, measures, files, account.maxWeightedLength);
  if (fields.length > 0) {
    throw new DomainError('unprocessable', 'unpublishable', 'X would refuse this post as it is.', { fields });
  }
};
