import * as z from 'zod';
import { tellOfDeletion, tellOfPost } from './deliveries.ts';
import { Refusal } from './http.ts';
import { requireUsableMedia } from './media-rules.ts';
import { jsonBody, type Operation, type Outcome, param, userOf } from './operation.ts';
import { checkPostBody, CreatePostBody } from './post-body.ts';
import type { Charge } from './prices.ts';
import {
  duplicateContent,
  notFoundReply,
  notPermitted,
  notSummoned,
  notYourPost,
  refuseInvalid,
  replyTargetGone,
} from './problems.ts';
import type { Media, Post } from './state.ts';
import { mentions, presentText, weightedLength } from './text.ts';
import { isPremium, type User } from './user.ts';
import { maySee, userByName } from './users.ts';
import { nextId, type World } from './world.ts';

const DEFAULT_LENGTH = 280;
const PREMIUM_LENGTH = 25_000;
const EDIT_WINDOW_MS = 30 * 60_000;
const EDITS = 5;

const WRITE_SCOPES = ['tweet.read', 'tweet.write', 'users.read'];

export const createPosts: Operation = {
  id: 'createPosts',
  method: 'POST',
  path: '/2/tweets',
  auth: 'user',
  scopes: WRITE_SCOPES,
  async handle(world, call) {
    const body = jsonBody(call, CreatePostBody);
    return createPost(world, userOf(call), body);
  },
};

/**
 * Checks all rules, then creates the post, without an await in between, so that it is created entirely or not at all.
 */
function createPost(world: World, author: User, body: CreatePostBody): Outcome {
  const length = weightedLength(body.text);
  // For a longer text X returns its general refusal rather than a 400, and checks nothing else.
  if (length > (isPremium(author) ? PREMIUM_LENGTH : DEFAULT_LENGTH)) throw new Refusal(notPermitted());
  checkPostBody(body);
  // Only Enterprise apps may quote.
  if (body.quote_tweet_id !== undefined) throw new Refusal(notPermitted());
  const parent = body.reply && requireReplyAllowed(world, author, body.reply.in_reply_to_tweet_id);
  const media = requireUsableMedia(world, author, body.media?.media_ids ?? []);
  const edited = body.edit_options && requireEditable(world, author, body.edit_options.previous_post_id);
  requireNew(world, author, body, parent);

  const post = storePost(world, author, { text: body.text, media, parent, edited, body });
  tellOfPost(world, post);
  const data = { id: post.id, text: post.text, edit_history_tweet_ids: [...post.previousIds, post.id] };
  return { status: 201, body: { data }, charges: [chargeFor(post, author, parent)] };
}

/** A link determines the price of any post; otherwise it matters whether it replies to somebody else. */
function chargeFor(post: Post, author: User, parent: Post | undefined): Charge {
  if (post.hasUrl) return { kind: 'postCreateWithUrl' };
  return { kind: parent !== undefined && parent.authorId !== author.id ? 'summonedReply' : 'postCreate' };
}

/** An account may reply to its own posts, and to posts whose author mentions or quotes it ("summoned"). */
function requireReplyAllowed(world: World, author: User, parentId: string): Post {
  const parent = world.state.posts[parentId];
  const parentAuthor = parent && world.state.users[parent.authorId];
  const caller = { kind: 'user' as const, user: author, scopes: [] };
  if (!parent || !parentAuthor || !maySee(caller, parentAuthor)) throw new Refusal(replyTargetGone());
  const quoted = world.state.posts[parent.quoted ?? ''];
  const summoned = mentions(parent.rawText, author.username) || quoted?.authorId === author.id;
  if (parent.authorId !== author.id && !summoned) throw new Refusal(notSummoned());
  return parent;
}

/** Premium users may edit a post within 30 minutes, five times; each version has its own id. */
function requireEditable(world: World, author: User, id: string): Post {
  const post = world.state.posts[id];
  if (post?.authorId !== author.id || post.supersededBy !== undefined) throw new Refusal(notPermitted());
  const first = world.state.posts[post.previousIds[0] ?? post.id] ?? post;
  const late = world.now() - first.createdAt > EDIT_WINDOW_MS;
  if (!isPremium(author) || late || post.previousIds.length >= EDITS) throw new Refusal(notPermitted());
  return post;
}

/**
 * Refuses a text that the account recently posted and has not deleted. Different media, or a reply to a different
 * person, make it a different post.
 */
function requireNew(world: World, author: User, body: CreatePostBody, parent: Post | undefined): void {
  const since = world.now() - world.state.settings.duplicateWindowMs;
  const addressee = (reply: Post | undefined) => (reply?.authorId === author.id ? undefined : reply?.authorId);
  const key = (text: string, media: readonly string[], reply: Post | undefined) =>
    JSON.stringify([text.normalize('NFC').trim(), [...media].sort(), addressee(reply)]);
  const wanted = key(body.text, body.media?.media_ids ?? [], parent);
  const duplicate = Object.values(world.state.posts).some(
    (post) =>
      post.authorId === author.id &&
      post.repostOf === undefined &&
      post.createdAt > since &&
      key(post.rawText, post.mediaIds, world.state.posts[post.replyTo ?? '']) === wanted,
  );
  if (duplicate) throw new Refusal(duplicateContent());
}

interface NewPost {
  text: string;
  media?: Media[];
  parent?: Post | undefined;
  quoted?: Post | undefined;
  edited?: Post | undefined;
  body?: CreatePostBody;
}

/** Stores a post that passed all checks. */
export function storePost(world: World, author: User, wanted: NewPost): Post {
  const { parent, quoted, edited, body, media = [] } = wanted;
  const id = nextId(world);
  const first = media[0];
  const kind = first?.kind === 'image' ? 'photo' : 'video';
  const link = first && { url: `https://x.com/${author.username}/status/${id}/${kind}/1`, mediaKey: first.key };
  const shown = presentText(wanted.text, id, link, (name) => userByName(world, name)?.id);
  const { card_uri, community_id, direct_message_deep_link, for_super_followers_only, geo, share_with_followers } =
    body ?? {};
  const { media_ids: _ids, ...mediaOptions } = body?.media ?? { media_ids: [] };
  const options = {
    card_uri,
    community_id,
    direct_message_deep_link,
    for_super_followers_only,
    geo,
    share_with_followers,
  };
  const post: Post = {
    id,
    authorId: author.id,
    createdAt: world.now(),
    rawText: wanted.text,
    ...shown,
    mediaIds: media.map((item) => item.id),
    ...(body?.poll && { poll: { options: body.poll.options, durationMinutes: body.poll.duration_minutes } }),
    conversationId: edited?.conversationId ?? parent?.conversationId ?? id,
    ...((parent?.id ?? edited?.replyTo) !== undefined && { replyTo: parent?.id ?? edited?.replyTo }),
    ...(quoted && { quoted: quoted.id }),
    ...(body?.reply_settings && { replySettings: body.reply_settings }),
    madeWithAi: body?.made_with_ai ?? false,
    paidPartnership: body?.paid_partnership ?? false,
    nullcast: body?.nullcast ?? false,
    previousIds: edited ? [...edited.previousIds, edited.id] : [],
    reach: reachSaid(world, wanted.text),
    options: Object.fromEntries(
      Object.entries({ ...options, ...mediaOptions }).filter(([, value]) => value !== undefined),
    ),
  };
  world.state.posts[id] = post;
  if (edited) edited.supersededBy = id;
  return post;
}

const reachSaid = (world: World, text: string): number | undefined =>
  Object.entries(world.state.settings.reach ?? {}).find(([word]) => text.includes(word))?.[1];

/** Deletes a post with its reposts and earlier versions. */
export function removePost(world: World, post: Post): void {
  for (const other of Object.values(world.state.posts)) {
    const gone = other.id === post.id || other.repostOf === post.id || post.previousIds.includes(other.id);
    if (gone) Reflect.deleteProperty(world.state.posts, other.id);
  }
  tellOfDeletion(world, post);
}

export const deletePosts: Operation = {
  id: 'deletePosts',
  method: 'DELETE',
  path: '/2/tweets/:id',
  auth: 'user',
  scopes: WRITE_SCOPES,
  async handle(world, call) {
    const id = postId(param(call, 'id'));
    const post = world.state.posts[id];
    if (post === undefined) throw new Refusal(notFoundReply('id', id));
    if (post.authorId !== userOf(call).id) throw new Refusal(notYourPost());
    removePost(world, post);
    return { status: 200, body: { data: { deleted: true } }, charges: [{ kind: 'contentManage' }] };
  },
};

const RepostBody = z.strictObject({ tweet_id: z.string().regex(/^[0-9]{1,19}$/) });

/** Repeating a repost has no effect. */
export const repostPost: Operation = {
  id: 'repostPost',
  method: 'POST',
  path: '/2/users/:id/retweets',
  auth: 'user',
  scopes: WRITE_SCOPES,
  async handle(world, call) {
    const user = ownPath(userOf(call), param(call, 'id'));
    const { tweet_id: id } = jsonBody(call, RepostBody);
    const original = world.state.posts[id];
    const author = original && world.state.users[original.authorId];
    if (!original || !author || !maySee(call.caller, author)) throw new Refusal(notFoundReply('tweet_id', id));
    if (author.protected && author.id !== user.id) throw new Refusal(notPermitted());
    const repost = repostOf(world, user, id) ?? storeRepost(world, user, original, author);
    const data = { retweeted: true, rest_id: repost.id };
    return { status: 200, body: { data }, charges: [{ kind: 'interactionCreate' }] };
  },
};

export const unrepostPost: Operation = {
  id: 'unrepostPost',
  method: 'DELETE',
  path: '/2/users/:id/retweets/:source_tweet_id',
  auth: 'user',
  scopes: WRITE_SCOPES,
  async handle(world, call) {
    const user = ownPath(userOf(call), param(call, 'id'));
    const repost = repostOf(world, user, postId(param(call, 'source_tweet_id')));
    if (repost) removePost(world, repost);
    return { status: 200, body: { data: { retweeted: false } }, charges: [{ kind: 'contentManage' }] };
  },
};

function repostOf(world: World, user: User, id: string): Post | undefined {
  return Object.values(world.state.posts).find((post) => post.authorId === user.id && post.repostOf === id);
}

export function storeRepost(world: World, user: User, original: Post, author: User): Post {
  const post = storePost(world, user, { text: '' });
  // A repost shows the original's text and entities; its own text was never sent by the client.
  Object.assign(post, { repostOf: original.id, text: `RT @${author.username}: ${original.text}` });
  tellOfPost(world, post);
  return post;
}

function ownPath(user: User, id: string): User {
  if (user.id === id) return user;
  const message = `The \`id\` query parameter value [${id}] must be the same as the authenticating user [${user.id}]`;
  return refuseInvalid(message, { id: [id] });
}

/** @throws Refusal 400 when it is not an id */
export function postId(value: string, parameter = 'id'): string {
  if (/^[0-9]{1,19}$/.test(value)) return value;
  return refuseInvalid(`The \`${parameter}\` query parameter value [${value}] is not valid`, { [parameter]: [value] });
}
