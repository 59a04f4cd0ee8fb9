import { list, POST_QUERY, requestedFields } from './fields.ts';
import { type Call, type Operation, type Outcome, param } from './operation.ts';
import { includesOf, postView } from './post-view.ts';
import { postId } from './posts.ts';
import {
  notAuthorizedForResource,
  type PartialProblem,
  refuseInvalid,
  resourceNotFound,
  suspendedResource,
} from './problems.ts';
import type { Post } from './state.ts';
import { maySee } from './users.ts';
import { compareIds, type World } from './world.ts';

const READ_SCOPES = ['tweet.read', 'users.read'];

/** Returns the post, or why the caller may not see it. */
function findPost(world: World, call: Call, id: string, parameter: string): Post | PartialProblem {
  const post = world.state.posts[id];
  const author = world.state.users[post?.authorId ?? ''];
  if (post === undefined || author === undefined) return resourceNotFound('tweet', parameter, id);
  if (maySee(call.caller, author)) return post;
  return author.suspended ? suspendedResource(parameter, id) : notAuthorizedForResource('tweet', parameter, id);
}

function isPost(found: Post | PartialProblem): found is Post {
  return 'rawText' in found;
}

/** Returns views, includes, errors and charges for the posts found. */
function answer(world: World, call: Call, found: readonly Post[], missing: readonly PartialProblem[]) {
  const fields = requestedFields(call.query);
  const views = found.map((post) => postView(world, post, fields, call.caller));
  const errors = [...missing, ...views.flatMap((view) => view.errors)];
  const includes = includesOf(world, found, fields, call.caller);
  return {
    data: views.map((view) => view.data),
    rest: { ...(includes && { includes }), ...(errors.length > 0 && { errors }) },
    charges: found.map((post) => ({ kind: 'postRead' as const, resource: `post:${post.id}` })),
  };
}

/** A 200 can have both `data` and `errors`, which is how clients notice deletions. */
export const getPostsByIds: Operation = {
  id: 'getPostsByIds',
  method: 'GET',
  path: '/2/tweets',
  auth: 'user or app',
  scopes: READ_SCOPES,
  query: ['ids', ...POST_QUERY],
  async handle(world, call): Promise<Outcome> {
    const ids = list(call.query, 'ids').map((id) => postId(id, 'ids'));
    if (ids.length < 1 || ids.length > 100) {
      refuseInvalid(
        `The number of values in the \`ids\` query parameter list [${ids.length}] is not between 1 and 100`,
      );
    }
    const found = [...new Set(ids)].map((id) => findPost(world, call, id, 'ids'));
    const missing = found.filter((item): item is PartialProblem => !isPost(item));
    const { data, rest, charges } = answer(world, call, found.filter(isPost), missing);
    return { status: 200, body: { ...(data.length > 0 && { data }), ...rest }, charges };
  },
};

/** A missing post is a 200 with only `errors`. */
export const getPostsById: Operation = {
  id: 'getPostsById',
  method: 'GET',
  path: '/2/tweets/:id',
  auth: 'user or app',
  scopes: READ_SCOPES,
  query: POST_QUERY,
  async handle(world, call): Promise<Outcome> {
    const found = findPost(world, call, postId(param(call, 'id')), 'id');
    if (!isPost(found)) return { status: 200, body: { errors: [found] } };
    const { data, rest, charges } = answer(world, call, [found], []);
    return { status: 200, body: { data: data[0], ...rest }, charges };
  },
};

/** A user's own posts, newest first. */
export const getUsersPosts: Operation = {
  id: 'getUsersPosts',
  method: 'GET',
  path: '/2/users/:id/tweets',
  auth: 'user or app',
  scopes: READ_SCOPES,
  query: [
    ...['max_results', 'pagination_token', 'since_id', 'until_id', 'start_time', 'end_time', 'exclude'],
    ...POST_QUERY,
  ],
  async handle(world, call): Promise<Outcome> {
    const id = postId(param(call, 'id'));
    const user = world.state.users[id];
    if (user === undefined) return { status: 200, body: { errors: [resourceNotFound('user', 'id', id)] } };
    if (!maySee(call.caller, user)) {
      const error = user.suspended ? suspendedResource('id', id) : notAuthorizedForResource('user', 'id', id);
      return { status: 200, body: { errors: [error] } };
    }
    const keep = timelineFilter(world, call.query);
    const all = Object.values(world.state.posts).filter((post) => post.authorId === id && keep(post));
    all.sort((a, b) => compareIds(b.id, a.id));
    const page = all.slice(0, pageSize(call.query));
    const { data, rest, charges } = answer(world, call, page, []);
    const newest = page[0];
    const oldest = page.at(-1);
    const meta = {
      result_count: page.length,
      ...(newest && oldest && { newest_id: newest.id, oldest_id: oldest.id }),
      ...(oldest && all.length > page.length && { next_token: Buffer.from(`before:${oldest.id}`).toString('hex') }),
    };
    return { status: 200, body: { ...(data.length > 0 && { data }), ...rest, meta }, charges };
  },
};

function pageSize(query: URLSearchParams): number {
  const value = query.get('max_results') ?? '10';
  const size = /^\d{1,3}$/.test(value) ? Number(value) : 0;
  if (size >= 5 && size <= 100) return size;
  const message = `The \`max_results\` query parameter value [${value}] is not between 5 and 100`;
  return refuseInvalid(message, { max_results: [value] });
}

function timelineFilter(world: World, query: URLSearchParams): (post: Post) => boolean {
  const sinceId = optionalId(query, 'since_id');
  const untilId = optionalId(query, 'until_id');
  const start = instant(query, 'start_time') ?? -Infinity;
  const end = instant(query, 'end_time') ?? Infinity;
  const before = pageToken(query);
  const exclude = list(query, 'exclude');
  const unknown = exclude.find((name) => name !== 'replies' && name !== 'retweets');
  if (unknown !== undefined) {
    refuseInvalid(`The \`exclude\` query parameter value [${unknown}] is not one of [replies,retweets]`, { exclude });
  }
  const visibleUntil = world.now() - world.state.settings.timelineLagMs;
  return (post) =>
    !post.nullcast &&
    post.supersededBy === undefined &&
    post.createdAt <= visibleUntil &&
    post.createdAt >= start &&
    post.createdAt < end &&
    (sinceId === undefined || compareIds(post.id, sinceId) > 0) &&
    (untilId === undefined || compareIds(post.id, untilId) < 0) &&
    (before === undefined || compareIds(post.id, before) < 0) &&
    !(exclude.includes('replies') && post.replyTo !== undefined) &&
    !(exclude.includes('retweets') && post.repostOf !== undefined);
}

function optionalId(query: URLSearchParams, name: string): string | undefined {
  const value = query.get(name);
  return value === null ? undefined : postId(value, name);
}

/** Parses a query parameter in RFC 3339 and UTC, the form that X requires. */
export function instant(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(value) && !Number.isNaN(Date.parse(value)))
    return Date.parse(value);
  return refuseInvalid(`The \`${name}\` query parameter value [${value}] is not a valid RFC3339 date-time`, {
    [name]: [value],
  });
}

function pageToken(query: URLSearchParams): string | undefined {
  const value = query.get('pagination_token');
  if (value === null) return undefined;
  const id = /^before:(\d{1,19})$/.exec(Buffer.from(value, 'hex').toString('latin1'))?.[1];
  if (id !== undefined) return id;
  const message = `The \`pagination_token\` query parameter value [${value}] is not valid`;
  return refuseInvalid(message, { pagination_token: [value] });
}
