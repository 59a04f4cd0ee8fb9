import * as z from 'zod';
import type { PostMetrics } from '#events/analytics.ts';
import { daySeconds } from '#shared/time.ts';
import type { XUser } from '../domain/account.ts';
import type { ShownPost } from '../domain/post-match.ts';
import { XId } from '../domain/x-id.ts';
import type { Processing } from './port.ts';
import { reader } from './reader.ts';

/*
 * The only place that knows X's field names for posts, users and media. Since its OpenAPI description 2.167, X has two
 * dialects: `tweet.fields`, requested here because twitter-api-v2 knows it, and `post.fields`. X silently drops unknown
 * fields, so responses are read in both dialects, and indispensable fields are required.
 */

export const userFields = 'id,username,name,profile_image_url,protected,subscription_type,verified_type,public_metrics';

export const timelineFields = {
  'tweet.fields':
    'created_at,text,entities,note_tweet,referenced_tweets,in_reply_to_user_id,conversation_id,attachments',
} as const;

export const publicMetricFields = { 'tweet.fields': 'public_metrics' } as const;
export const allMetricFields = { 'tweet.fields': 'public_metrics,non_public_metrics' } as const;

export const readTokens = reader(
  z
    .object({
      access_token: z.string().min(1),
      refresh_token: z.string().min(1),
      expires_in: z.number().positive(),
      scope: z.string(),
    })
    .transform((body) => ({
      accessToken: body.access_token,
      refreshToken: body.refresh_token,
      expiresInSeconds: body.expires_in,
      scopes: body.scope.split(' '),
    })),
);

/** A field that X may leave out; null or an undocumented form also become undefined. */
const told = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

/** X returns `tweet_count` in one dialect and `post_count` in the other. */
const UserMetrics = z.object({
  followers_count: z.int().min(0),
  following_count: z.int().min(0),
  tweet_count: z.int().min(0).optional(),
  post_count: z.int().min(0).optional(),
  listed_count: z.int().min(0),
});

/** Returns null when a counter is missing, which would otherwise look like a loss. */
const audienceOf = (shown: z.infer<typeof UserMetrics> | undefined): XUser['audience'] => {
  const posts = shown?.tweet_count ?? shown?.post_count;
  return shown === undefined || posts === undefined
    ? null
    : { followers: shown.followers_count, following: shown.following_count, posts, listed: shown.listed_count };
};

export const readUser = reader(
  z
    .object({
      data: z.object({
        id: XId,
        username: z.string(),
        name: z.string(),
        profile_image_url: z.string().nullable().default(null),
        protected: z.boolean(),
        subscription_type: z.string().default('None'),
        verified_type: z.string().default('none'),
        public_metrics: told(UserMetrics),
      }),
    })
    .transform(({ data }): XUser => ({
      id: data.id,
      username: data.username,
      name: data.name,
      profileImageUrl: data.profile_image_url,
      isProtected: data.protected,
      subscription: data.subscription_type,
      verifiedType: data.verified_type,
      audience: audienceOf(data.public_metrics),
    })),
);

export const readCreated = reader(
  z.object({ data: z.object({ id: XId }) }).transform(({ data }) => ({ xPostId: data.id })),
);

export const readDeleted = reader(z.object({ data: z.object({ deleted: z.literal(true) }) }));

/** X returns `retweeted` in one dialect and `reposted` in the other. */
export const readReposted = reader(
  z.object({
    data: z.union([z.object({ retweeted: z.literal(true) }), z.object({ reposted: z.literal(true) })]),
  }),
);

const Entities = z.object({
  urls: z.array(z.object({ url: z.string(), expanded_url: z.string().optional() })).default([]),
});
const Note = z.object({ text: z.string(), entities: told(Entities) });
const References = z.array(z.object({ type: z.string(), id: XId }));
const Attachments = z.object({ media_keys: z.array(z.string()).default([]) });

/**
 * X cuts the `text` of a long post no shorter than this, and has the full text in its note. In UTF-16 units, with a
 * margin.
 */
const shortestCut = 200;

/** A post of which only the id is required; the comparison handles the other fields, present or missing. */
const Shown = z
  .object({
    id: XId,
    text: told(z.string()),
    created_at: told(z.iso.datetime()),
    entities: told(Entities),
    note_tweet: told(Note),
    note_post: told(Note),
    referenced_tweets: told(References),
    referenced_posts: told(References),
    in_reply_to_user_id: told(XId),
    conversation_id: told(XId),
    attachments: z.unknown().optional(),
  })
  .transform((post): ShownPost => {
    const note = post.note_tweet ?? post.note_post;
    // A long post's `entities` cover its beginning, those of its note the full text; the media link can be in either.
    const urls = [...(note?.entities?.urls ?? []), ...(post.entities?.urls ?? [])];
    const text = note?.text ?? post.text;
    return {
      xPostId: post.id,
      text,
      isCut:
        note === undefined &&
        text !== undefined &&
        (text.length >= shortestCut || /…(\s*https:\/\/t\.co\/\w+)?\s*$/.test(text)),
      links: urls.flatMap(({ url, expanded_url }) =>
        expanded_url === undefined ? [] : [{ url, expandedUrl: expanded_url }],
      ),
      replyTo: parentOf(post),
      repliesToUser: post.in_reply_to_user_id,
      conversationId: post.conversation_id,
      mediaCount:
        post.attachments === undefined ? null : Attachments.safeParse(post.attachments).data?.media_keys.length,
      createdAt: post.created_at,
    };
  });

/**
 * Returns the parent; null only when other fields show that there is none, since X leaves out references of first
 * posts.
 */
const parentOf = (post: {
  id: string;
  referenced_tweets?: z.infer<typeof References> | undefined;
  referenced_posts?: z.infer<typeof References> | undefined;
  in_reply_to_user_id?: string | undefined;
  conversation_id?: string | undefined;
}): string | null | undefined => {
  const references = post.referenced_tweets ?? post.referenced_posts ?? [];
  const parent = references.find(({ type }) => type === 'replied_to')?.id;
  if (parent !== undefined) return parent;
  const isFirst = post.conversation_id === post.id && post.in_reply_to_user_id === undefined;
  return isFirst ? null : undefined;
};

/** A page of a timeline. Without `meta` X did not show the timeline at all (a suspended user: only `errors`). */
export const readTimeline = reader(
  z
    .object({
      data: z.array(Shown).default([]),
      meta: z.object({ result_count: z.number(), next_token: z.string().optional() }),
    })
    .refine(({ data, meta }) => data.length === meta.result_count)
    .transform(({ data, meta }) => ({ posts: data, nextToken: meta.next_token })),
);

const Count = z.int().min(0);

const Measured = z
  .object({
    id: XId,
    public_metrics: z.object({
      impression_count: Count,
      like_count: Count,
      retweet_count: Count.optional(),
      repost_count: Count.optional(),
      reply_count: Count,
      quote_count: Count,
      bookmark_count: Count,
    }),
    non_public_metrics: z
      .object({ url_link_clicks: Count.optional(), user_profile_clicks: Count.optional() })
      .optional(),
  })
  .transform(({ id, public_metrics: shown, non_public_metrics: own }, context) => {
    const reposts = shown.retweet_count ?? shown.repost_count;
    // A requested counter that is missing is not zero.
    if (reposts === undefined) {
      context.addIssue('must have a count of reposts');
      return z.NEVER;
    }
    const metrics: PostMetrics = {
      impressions: shown.impression_count,
      likes: shown.like_count,
      reposts,
      replies: shown.reply_count,
      quotes: shown.quote_count,
      bookmarks: shown.bookmark_count,
      urlClicks: own?.url_link_clicks ?? null,
      profileClicks: own?.user_profile_clicks ?? null,
    };
    return { xPostId: id, metrics };
  });

const Missing = z.object({ resource_id: z.string().optional(), value: z.string().optional(), type: z.string() });

/**
 * Result of a lookup: posts found, or gone for this account. A field that may not be seen does not make a post gone.
 * Posts that X shows without the required fields are in neither list; a response with only such posts is refused.
 */
export const readLookup = reader(
  z
    .object({ data: z.array(z.unknown()).default([]), errors: z.array(Missing).default([]) })
    .transform(({ data, errors }) => ({
      posts: data.flatMap((post) => Measured.safeParse(post).data ?? []),
      gone: goneOf(errors).map(({ xPostId, type }) => ({ xPostId, why: reasonOf(type) })),
      isAnswer: errors.length > 0,
    }))
    .refine(({ posts, isAnswer }) => isAnswer || posts.length > 0)
    .transform(({ posts, gone }) => ({ posts, gone })),
);

const goneOf = (errors: readonly z.infer<typeof Missing>[]): { xPostId: string; type: string }[] =>
  errors
    .filter(({ type }) => /\/problems\/(?:resource-not-found|not-authorized-for-resource)$/.test(type))
    .flatMap(({ resource_id, value, type }) => {
      const xPostId = resource_id ?? value;
      return xPostId === undefined ? [] : [{ xPostId, type }];
    });

const reasonOf = (type: string): 'deleted' | 'withheld' =>
  type.endsWith('/resource-not-found') ? 'deleted' : 'withheld';

/** Result of a lookup for comparison: posts shown, or gone. Nothing is known of a post in neither list. */
export const readShown = reader(
  z
    .object({ data: z.array(Shown).default([]), errors: z.array(Missing).default([]) })
    .transform(({ data, errors }) => ({
      posts: data,
      // Withheld from its own author is not gone.
      gone: goneOf(errors).flatMap(({ xPostId, type }) => (reasonOf(type) === 'deleted' ? [xPostId] : [])),
    })),
);

export const readInitialized = reader(
  z
    .object({
      data: z.object({
        id: XId,
        expires_after_secs: z.number().positive().default(daySeconds),
      }),
    })
    .transform(({ data }) => ({ xMediaId: data.id, expiresInSeconds: data.expires_after_secs })),
);

/** Processing status of a file; without `processing_info` there is nothing left to process. */
export const readProcessing = reader(
  z
    .object({
      data: z.object({
        processing_info: z
          .object({
            state: z.enum(['pending', 'in_progress', 'succeeded', 'failed']),
            check_after_secs: z.number().min(0).default(5),
            error: z.object({ message: z.string() }).optional(),
          })
          .optional(),
      }),
    })
    .transform(({ data: { processing_info: info } }): Processing => {
      if (!info || info.state === 'succeeded') return { state: 'done' };
      if (info.state !== 'failed') return { state: 'processing', checkAfterSeconds: info.check_after_secs };
      return { state: 'failed', reason: info.error?.message ?? 'X cannot process the file.' };
    }),
);
