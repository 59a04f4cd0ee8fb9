import * as z from 'zod';
import { usageReply } from './billing.ts';
import { DeliveryFaults, tellOfPost } from './deliveries.ts';
import { FaultRule } from './faults.ts';
import { type Incoming, json, mediaTypeOf, Refusal, type Reply } from './http.ts';
import { LIMITED_OPERATIONS } from './limits.ts';
import { revokeAllOf } from './oauth.ts';
import { removePost, storePost, storeRepost } from './posts.ts';
import { DEFAULT_SETTINGS, Settings } from './settings.ts';
import { freshState, type Post } from './state.ts';
import { Subscription, type User, Username } from './user.ts';
import { userByName } from './users.ts';
import { compareIds, nextId, type World } from './world.ts';

/*
 * The control API under /_sandbox, for tests and people; X has nothing like it. It listens on this machine only and
 * accepts only JSON, so that no web page can reach it with a plain form.
 */

const PostId = z.string().regex(/^[0-9]{1,19}$/);
const UserChange = z.strictObject({
  name: z.string().min(1).max(50).optional(),
  description: z.string().max(160).optional(),
  subscription: Subscription.optional(),
  protected: z.boolean().optional(),
  suspended: z.boolean().optional(),
  locked: z.boolean().optional(),
});
const NewUser = UserChange.extend({ username: Username, ours: z.boolean().default(true) });
const NewPost = z.strictObject({
  username: Username,
  text: z.string().min(1).max(25_000),
  inReplyTo: PostId.optional(),
  quotes: PostId.optional(),
});
/** Existing posts from the past, with the reach they should have. */
const History = z.array(
  z.strictObject({
    id: PostId,
    username: Username,
    text: z.string().min(1).max(280),
    createdAt: z.int().min(0),
    reach: z.int().min(0).max(1_000_000_000),
  }),
);
const SettingsChange = Settings.partial();
const Rules = z.array(FaultRule).min(1).max(1000);

/** Handles a control request; undefined when the path is not under /_sandbox. */
export async function control(world: World, incoming: Incoming): Promise<Reply | undefined> {
  const [, prefix, room = '', name] = incoming.path.split('/');
  if (prefix !== '_sandbox') return undefined;
  const key = `${incoming.method} ${room}${name === undefined ? '' : '/:name'}`;
  const work = Object.hasOwn(ROUTES, key) ? ROUTES[key] : undefined;
  if (work === undefined) return problem(404, `There is no ${incoming.method} ${incoming.path} here.`);
  try {
    return await work(world, incoming, decodeURIComponent(name ?? ''));
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    if (error instanceof URIError) return problem(400, 'The path is not well encoded.');
    throw error;
  }
}

type Work = (world: World, incoming: Incoming, name: string) => Reply | Promise<Reply>;

const ROUTES: Record<string, Work> = {
  'POST faults': (world, incoming) => {
    world.faults.add(body(incoming, Rules));
    return json(201, { rules: world.faults.list() });
  },
  'GET faults': (world) => json(200, { rules: world.faults.list() }),
  'DELETE faults': (world) => {
    world.faults.clear();
    return json(200, { rules: [] });
  },
  'DELETE faults/:name': (world, _incoming, id) => {
    if (!world.faults.lift(id)) throw new Refusal(problem(404, `There is no fault ${id}.`));
    return json(200, { rules: world.faults.list() });
  },
  'GET requests': (world) => json(200, { requests: world.log.list() }),
  'GET posts': (world, incoming) => json(200, { posts: standingPosts(world, incoming.query.get('username')) }),
  'POST posts': (world, incoming) => {
    const { username, text, inReplyTo, quotes } = body(incoming, NewPost);
    const parent = inReplyTo === undefined ? undefined : requirePost(world, inReplyTo);
    const quoted = quotes === undefined ? undefined : requirePost(world, quotes);
    const post = storePost(world, requireUser(world, username), { text, parent, quoted });
    tellOfPost(world, post);
    return json(201, describePost(world, post));
  },
  'POST reposts': (world, incoming) => {
    const { username, id } = body(incoming, z.strictObject({ username: Username, id: PostId }));
    const original = requirePost(world, id);
    const author = world.state.users[original.authorId];
    if (author === undefined) throw new Refusal(problem(404, 'The post has no author.'));
    return json(201, describePost(world, storeRepost(world, requireUser(world, username), original, author)));
  },
  'GET deliveries': (world) => json(200, { deliveries: world.deliveries.list, faults: world.deliveries.faults }),
  'PATCH deliveries': (world, incoming) => {
    world.deliveries.faults = body(incoming, DeliveryFaults);
    return json(200, { faults: world.deliveries.faults });
  },
  'GET webhooks': (world) => json(200, { webhooks: Object.values(world.state.webhooks) }),
  'PATCH webhooks/:name': (world, incoming, id) => {
    const webhook = Object.hasOwn(world.state.webhooks, id) ? world.state.webhooks[id] : undefined;
    if (webhook === undefined) throw new Refusal(problem(404, `There is no webhook ${id}.`));
    return json(200, Object.assign(webhook, body(incoming, z.strictObject({ valid: z.boolean() }))));
  },
  'POST history': (world, incoming) => {
    const posts = body(incoming, z.strictObject({ posts: History })).posts;
    for (const { id, username, text, createdAt, reach } of posts) {
      const post = storePost(world, requireUser(world, username), { text });
      Reflect.deleteProperty(world.state.posts, post.id);
      world.state.posts[id] = { ...post, id, conversationId: id, createdAt, reach };
    }
    return json(201, { made: posts.length });
  },
  'DELETE posts/:name': (world, _incoming, id) => {
    removePost(world, requirePost(world, id));
    return json(200, { deleted: true });
  },
  'GET users': (world) => json(200, { users: Object.values(world.state.users) }),
  'POST users': (world, incoming) => {
    const wanted = body(incoming, NewUser);
    if (userByName(world, wanted.username))
      throw new Refusal(problem(409, `There is already a user ${wanted.username}.`));
    const user: User = {
      id: nextId(world),
      name: wanted.username,
      description: '',
      createdAt: world.now(),
      subscription: 'None',
      protected: false,
      suspended: false,
      locked: false,
      ...wanted,
    };
    world.state.users[user.id] = user;
    return json(201, user);
  },
  'PATCH users/:name': (world, incoming, username) =>
    json(200, Object.assign(requireUser(world, username), body(incoming, UserChange))),
  'POST clock': (world, incoming) => {
    const { advanceMs } = body(
      incoming,
      z.strictObject({
        advanceMs: z
          .int()
          .min(0)
          .max(366 * 86_400_000),
      }),
    );
    world.state.clockOffsetMs += advanceMs;
    return json(200, { now: new Date(world.now()).toISOString(), offsetMs: world.state.clockOffsetMs });
  },
  'GET clock': (world) => json(200, { now: new Date(world.now()).toISOString(), offsetMs: world.state.clockOffsetMs }),
  'GET settings': (world) => json(200, shownSettings(world)),
  'PATCH settings': (world, incoming) => {
    const change = body(incoming, SettingsChange);
    const unknown = Object.keys(change.limits ?? {}).find((id) => !LIMITED_OPERATIONS.includes(id));
    if (unknown !== undefined) {
      throw new Refusal(problem(400, `limits.${unknown}: is not one of ${LIMITED_OPERATIONS.join(', ')}.`));
    }
    const { settings } = world.state;
    const limits = { ...settings.limits, ...change.limits };
    const reach = { ...settings.reach, ...change.reach };
    world.state.settings = { ...settings, ...change, limits, reach };
    return json(200, shownSettings(world));
  },
  'GET usage': (world) => usageReply(world),
  'POST revoke': (world, incoming) => {
    const { username } = body(incoming, z.strictObject({ username: Username }));
    return json(200, { revoked: revokeAllOf(world, requireUser(world, username).id) });
  },
  'POST reset': async (world) => {
    const { clientId, clientSecret, plainWebhooks } = world.state.settings;
    const { lastId } = world.state;
    world.state = { ...freshState({ ...DEFAULT_SETTINGS, clientId, clientSecret, plainWebhooks }), lastId };
    world.deliveries.clear();
    world.faults.clear();
    world.log.clear();
    await world.media.clear();
    return json(200, { reset: true });
  },
};

/** Returns all current posts, oldest first, with what the client sent for them. */
function standingPosts(world: World, username: string | null) {
  const author = username === null ? undefined : requireUser(world, username);
  return Object.values(world.state.posts)
    .filter((post) => post.supersededBy === undefined && (author === undefined || post.authorId === author.id))
    .sort((a, b) => compareIds(a.id, b.id))
    .map((post) => describePost(world, post));
}

function describePost(world: World, post: Post) {
  const { id, rawText, text, conversationId, replyTo, quoted, repostOf, poll, madeWithAi, paidPartnership, options } =
    post;
  const author = world.state.users[post.authorId];
  const media = post.mediaIds.flatMap((mediaId) => {
    const found = world.state.media[mediaId];
    if (found === undefined) return [];
    const { kind, mediaType, size, sha256, altText, durationMs } = found;
    const subtitles = found.subtitles.map(({ language, name }) => ({ language, name }));
    return [{ id: mediaId, kind, mediaType, size, sha256, altText, durationMs, subtitles }];
  });
  return {
    ...{ id, username: author?.username, name: author?.name, createdAt: new Date(post.createdAt).toISOString() },
    ...{ rawText, text, conversationId, replyTo, quoted, repostOf, media, poll },
    ...{ madeWithAi, paidPartnership, replySettings: post.replySettings, options },
  };
}

function shownSettings(world: World) {
  return { ...world.state.settings, clientSecret: '***', consumerSecret: '***', appBearer: '***' };
}

function requireUser(world: World, username: string): User {
  const user = userByName(world, username);
  if (user) return user;
  throw new Refusal(problem(404, `There is no user ${username}.`));
}

function requirePost(world: World, id: string): Post {
  const post = Object.hasOwn(world.state.posts, id) ? world.state.posts[id] : undefined;
  if (post) return post;
  throw new Refusal(problem(404, `There is no post ${id}.`));
}

function body<T>(incoming: Incoming, schema: z.ZodType<T>): T {
  if (mediaTypeOf(incoming.headers) !== 'application/json') {
    throw new Refusal(problem(415, 'The body must be application/json.'));
  }
  let value: unknown;
  try {
    value = JSON.parse((incoming.body ?? '').toString('utf8'));
  } catch {
    throw new Refusal(problem(400, 'The body is not JSON.'));
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Refusal(problem(400, z.prettifyError(result.error)));
}

function problem(status: number, detail: string): Reply {
  return json(status, { status, detail });
}
