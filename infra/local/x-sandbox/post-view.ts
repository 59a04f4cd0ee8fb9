import type { RequestedFields } from './fields.ts';
import { mediaView } from './media-view.ts';
import { engagementsOf, reachOf } from './metrics.ts';
import type { Caller } from './operation.ts';
import { fieldUnauthorized, notAuthorizedForField, type PartialProblem } from './problems.ts';
import type { Post } from './state.ts';
import { lengthInCodePoints, shortened, weightedLength } from './text.ts';
import { maySee, renderUser } from './users.ts';
import type { World } from './world.ts';

/** How long private metrics are available. */
const PRIVATE_METRICS_MS = 30 * 86_400_000;
const PRIVATE_METRICS = ['non_public_metrics', 'organic_metrics'] as const;

/** Field names that differ between the two vocabularies. */
const NAMES = {
  tweet: {
    history: 'edit_history_tweet_ids',
    references: 'referenced_tweets',
    note: 'note_tweet',
    reposts: 'retweet_count',
  },
  post: {
    history: 'edit_history_post_ids',
    references: 'referenced_posts',
    note: 'note_post',
    reposts: 'repost_count',
  },
} as const;

/** Not names of the new `post.fields`: the values come with the expansion of the same name. */
const ONLY_BY_EXPANSION = ['author_id', 'in_reply_to_user_id', 'referenced_posts'];

interface PostView {
  data: Record<string, unknown>;
  errors: PartialProblem[];
}

/**
 * Returns a post in X's form. Unknown fields are dropped silently; fields that the caller may not see become errors.
 */
export function postView(world: World, post: Post, fields: RequestedFields, caller: Caller): PostView {
  const names = NAMES[fields.dialect];
  const long = weightedLength(post.rawText) > 280;
  const text = long ? shortened(post.text, post.id) : post.text;
  const values: Record<string, unknown> = {
    ...plainValues(world, post),
    display_text_range: [0, lengthInCodePoints(text)],
    [names.references]: references(world, post),
    [names.note]: long ? { text: post.text, entities: shownEntities(post) } : undefined,
    public_metrics: publicMetrics(world, post, names.reposts),
  };
  const { allowed, errors } = privateMetrics(world, post, fields, caller);
  const implied = fields.expansions.has('attachments.media_keys') || fields.expansions.has('attachments.poll_ids');
  const wanted = (name: string) => {
    if (fields.expansions.has(name) || (name === names.references && fields.expansions.has(`${name}.id`))) return true;
    if (name === 'attachments' && implied) return true;
    return fields.post.has(name) && !(fields.dialect === 'post' && ONLY_BY_EXPANSION.includes(name));
  };
  const shown = Object.entries({ ...values, ...allowed }).filter(
    ([name, value]) => value !== undefined && wanted(name),
  );
  const data = { id: post.id, text, [names.history]: [...post.previousIds, post.id], ...Object.fromEntries(shown) };
  return { data, errors };
}

function plainValues(world: World, post: Post): Record<string, unknown> {
  const keys = post.mediaIds.flatMap((id) => world.state.media[id]?.key ?? []);
  const attachments = {
    ...(keys.length > 0 && { media_keys: keys }),
    ...(post.poll && { poll_ids: [pollId(post)] }),
  };
  const age = world.now() - post.createdAt;
  return {
    attachments: Object.keys(attachments).length > 0 ? attachments : undefined,
    author_id: post.authorId,
    card_uri: post.options['card_uri'],
    community_id: post.options['community_id'],
    conversation_id: post.conversationId,
    created_at: new Date(post.createdAt).toISOString(),
    edit_controls: {
      edits_remaining: 5 - post.previousIds.length,
      is_edit_eligible: age < 1_800_000 && post.replyTo === undefined && !post.poll,
      editable_until: new Date(post.createdAt + 1_800_000).toISOString(),
    },
    entities: shownEntities(post),
    geo: post.options['geo'],
    in_reply_to_user_id: world.state.posts[post.replyTo ?? '']?.authorId,
    lang: 'und',
    media_metadata: post.mediaIds.flatMap((id) => {
      const media = world.state.media[id];
      return media?.altText === undefined ? [] : [{ media_key: media.key, alt_text: media.altText }];
    }),
    paid_partnership: post.paidPartnership,
    possibly_sensitive: false,
    reply_settings: post.replySettings ?? 'everyone',
    source: world.state.settings.appName,
  };
}

/** X omits kinds of entities that do not occur, and the entire field when there are none. */
function shownEntities(post: Post): Record<string, unknown> | undefined {
  const present = Object.entries(post.entities).filter(([, found]) => found.length > 0);
  return present.length > 0 ? Object.fromEntries(present) : undefined;
}

function references(world: World, post: Post): { type: string; id: string }[] | undefined {
  const found = [
    { type: 'retweeted', id: post.repostOf },
    { type: 'quoted', id: post.quoted },
    { type: 'replied_to', id: post.replyTo },
  ].flatMap(({ type, id }) => (id !== undefined && world.state.posts[id] ? [{ type, id }] : []));
  return found.length > 0 ? found : undefined;
}

function publicMetrics(world: World, post: Post, repostsName: string) {
  const reach = reachOf(post, world.now() - post.createdAt);
  return {
    [repostsName]: reach.reposts,
    reply_count: reach.replies,
    like_count: reach.likes,
    quote_count: reach.quotes,
    bookmark_count: reach.bookmarks,
    impression_count: reach.impressions,
  };
}

/** Returns the private metrics: only for the author's own token and for 30 days; otherwise one error per field. */
function privateMetrics(
  world: World,
  post: Post,
  fields: RequestedFields,
  caller: Caller,
): { allowed: Record<string, unknown>; errors: PartialProblem[] } {
  const asked = PRIVATE_METRICS.filter((name) => fields.post.has(name));
  const own = caller.kind === 'user' && caller.user.id === post.authorId;
  const age = world.now() - post.createdAt;
  if (!own) return { allowed: {}, errors: asked.map((field) => notAuthorizedForField(field, post.id)) };
  if (age > PRIVATE_METRICS_MS) return { allowed: {}, errors: asked.map((field) => fieldUnauthorized(field, post.id)) };
  const reach = reachOf(post, age);
  const clicks = { url_link_clicks: reach.urlClicks, user_profile_clicks: reach.profileClicks };
  const reposts = fields.dialect === 'post' ? { repost_count: reach.reposts } : { retweet_count: reach.reposts };
  const values = {
    non_public_metrics: { impression_count: reach.impressions, ...clicks, engagements: engagementsOf(reach) },
    organic_metrics: {
      impression_count: reach.impressions,
      like_count: reach.likes,
      reply_count: reach.replies,
      ...reposts,
      ...clicks,
    },
  };
  return { allowed: values, errors: [] };
}

/** Returns what `expansions` adds to the posts: users, media, polls, and referenced posts. */
export function includesOf(world: World, posts: readonly Post[], fields: RequestedFields, caller: Caller) {
  const { expansions, dialect } = fields;
  const users = new Set<string>();
  const others = new Set<string>();
  for (const post of posts) {
    if (expansions.has('author_id')) users.add(post.authorId);
    const parent = world.state.posts[post.replyTo ?? ''];
    if (expansions.has('in_reply_to_user_id') && parent) users.add(parent.authorId);
    if (expansions.has('entities.mentions.username')) {
      for (const { id } of post.entities.mentions) if (id !== undefined) users.add(id);
    }
    if (expansions.has('referenced_tweets.id') || expansions.has('referenced_posts')) {
      for (const { id } of references(world, post) ?? []) others.add(id);
    }
  }
  const media = expansions.has('attachments.media_keys')
    ? posts.flatMap((post) => mediaOf(world, post, fields, caller))
    : [];
  const polls = expansions.has('attachments.poll_ids') ? posts.flatMap((post) => pollView(world, post, fields)) : [];
  const parts = {
    users: [...users].flatMap((id) => {
      const user = world.state.users[id];
      return user ? [renderUser(world, user, fields.user, caller, dialect)] : [];
    }),
    media,
    polls,
    [dialect === 'post' ? 'posts' : 'tweets']: [...others].flatMap((id) => {
      const post = world.state.posts[id];
      const author = world.state.users[post?.authorId ?? ''];
      return post && author && maySee(caller, author) ? [postView(world, post, fields, caller).data] : [];
    }),
  };
  const present = Object.entries(parts).filter(([, found]) => found.length > 0);
  return present.length > 0 ? Object.fromEntries(present) : undefined;
}

function mediaOf(world: World, post: Post, fields: RequestedFields, caller: Caller) {
  return post.mediaIds.flatMap((id) => {
    const media = world.state.media[id];
    return media ? [mediaView(world, media, post, fields.media, caller)] : [];
  });
}

function pollId(post: Post): string {
  return (BigInt(post.id) + 1n).toString();
}

function pollView(world: World, post: Post, fields: RequestedFields): Record<string, unknown>[] {
  if (!post.poll) return [];
  const end = post.createdAt + post.poll.durationMinutes * 60_000;
  const all: Record<string, unknown> = {
    duration_minutes: post.poll.durationMinutes,
    end_datetime: new Date(end).toISOString(),
    voting_status: world.now() < end ? 'open' : 'closed',
  };
  const options = post.poll.options.map((label, index) => ({ position: index + 1, label, votes: 0 }));
  const wanted = Object.entries(all).filter(([name]) => fields.poll.has(name));
  return [{ id: pollId(post), options, ...Object.fromEntries(wanted) }];
}
