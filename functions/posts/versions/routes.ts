import * as z from 'zod';
import { notFound } from '#shared/errors.ts';
import { type Route, route } from '#shared/http/route.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '#shared/page.ts';
import type { Deps } from '../deps.ts';
import type { Post } from '../domain/post.ts';
import { currentVersion, maxVersions, type PostVersion } from '../domain/version.ts';
import * as contract from './contract.ts';

const Place = z.object({ last: z.string().regex(/^[1-9]\d{0,8}$/) });

/**
 * Routes of a post's versions. The latest is the post itself; each earlier one was stored by the write that replaced
 * it.
 */
export const versionRoutes = ({ posts, versions }: Deps): Route[] => {
  const versionNumbered = async (post: Post, number: number): Promise<PostVersion> => {
    const found =
      number === post.contentVersion ? currentVersion(post) : await versions.find(post.workspaceId, post.id, number);
    if (!found) throw notFound('version');
    return found;
  };
  return [
    route(contract.listVersions, async ({ path: { postId }, query: { limit, cursor }, caller: { workspaceId } }) => {
      const post = await posts.get(workspaceId, postId);
      const scope = { operation: contract.listVersions.id, workspaceId, postId };
      const place = cursor === undefined ? undefined : Place.safeParse(decodeCursor(cursor, scope));
      if (place?.success === false) throw invalidCursor();
      // Versions are numbered without gaps: the numbers of a page are known before it is read.
      const current = post.contentVersion;
      const last = Math.min(place ? Number(place.data.last) : current, current);
      const oldest = Math.max(1, current - maxVersions);
      const first = Math.max(oldest, last - limit + 1);
      const replaced = await versions.between(workspaceId, postId, { first, last: Math.min(last, current - 1) });
      return {
        items: last === current ? [currentVersion(post), ...replaced] : replaced,
        nextCursor: first > oldest ? encodeCursor({ last: String(first - 1) }, scope) : null,
      };
    }),
    route(contract.getVersion, async ({ path, caller }) =>
      versionNumbered(await posts.get(caller.workspaceId, path.postId), path.version),
    ),
    route(contract.diffVersions, async ({ path, query, caller }) => {
      const post = await posts.get(caller.workspaceId, path.postId);
      const to = query.to ?? post.contentVersion;
      const from = query.from ?? Math.max(1, to - 1);
      const [before, after] = await Promise.all([versionNumbered(post, from), versionNumbered(post, to)]);
      return (await import('./diff.ts')).differenceOf(before, after);
    }),
  ];
};
