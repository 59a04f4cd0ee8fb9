import * as z from 'zod';
import type { PostMetrics } from '../../../events/analytics.ts';
import type { XUser } from '../domain/account.ts';
import type { ShownPost } from '../domain/post-match.ts';
import type { Processing } from './port.ts';

/*
 * The one place that knows X's words. X speaks two dialects since its OpenAPI description 2.167: `tweet.fields`, which
 * is asked for here since twitter-api-v2 knows it, and `post.fields`. An unknown field is dropped silently, so answers
 * are read in both, and a field that nothing works without is demanded.
 */

export const userFields = 'id,username,name,profile_image_url,protected,subscription_type,verified_type';

export const timelineFields = {
  'tweet.fields': 'created_at,text,entities,note_tweet,referenced_tweets,attachments',
} as const;

export const publicMetricFields = { 'tweet.fields': 'public_metrics' } as const;
export const allMetricFields = { 'tweet.fields': 'public_metrics,non_public_metrics' } as const;

const Id = z.string().regex(/^\d{1,19}$/);

/** The value of a body that has X's form; undefined of another. */
const reader =
  <Schema extends z.ZodType>(schema: Schema) =>
  (body: unknown): z.infer<Schema> | undefined =>
    schema.safeParse(body).data;

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

export const readUser = reader(
  z
    .object({
      data: z.object({
        id: Id,
        username: z.string(),
        name: z.string(),
        profile_image_url: z.string().nullable().default(null),
        protected: z.boolean(),
        subscription_type: z.string().default('None'),
        verified_type: z.string().default('none'),
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
    })),
);

export const readCreated = reader(
  z.object({ data: z.object({ id: Id }) }).transform(({ data }) => ({ xPostId: data.id })),
);

export const readDeleted = reader(z.object({ data: z.object({ deleted: z.literal(true) }) }));

/** X says `retweeted` in one dialect and `reposted` in the other. */
export const readReposted = reader(
  z.object({
    data: z.union([z.object({ retweeted: z.literal(true) }), z.object({ reposted: z.literal(true) })]),
  }),
);

const Entities = z.object({
  urls: z.array(z.object({ url: z.string(), expanded_url: z.string().optional() })).default([]),
});
const Note = z.object({ text: z.string(), entities: Entities.optional() });
const References = z.array(z.object({ type: z.string(), id: z.string() }));

const Shown = z
  .object({
    id: Id,
    text: z.string(),
    // Always there when the fields were honoured.
    created_at: z.iso.datetime(),
    entities: Entities.optional(),
    note_tweet: Note.optional(),
    note_post: Note.optional(),
    referenced_tweets: References.optional(),
    referenced_posts: References.optional(),
    attachments: z.object({ media_keys: z.array(z.string()).default([]) }).optional(),
  })
  .transform((post): ShownPost => {
    const note = post.note_tweet ?? post.note_post;
    const references = post.referenced_tweets ?? post.referenced_posts ?? [];
    // A long post's `entities` speak of its beginning, its note of the whole; the media link may be in either.
    const urls = [...(note?.entities?.urls ?? []), ...(post.entities?.urls ?? [])];
    return {
      xPostId: post.id,
      text: note?.text ?? post.text,
      links: urls.flatMap(({ url, expanded_url }) =>
        expanded_url === undefined ? [] : [{ url, expandedUrl: expanded_url }],
      ),
      replyTo: references.find(({ type }) => type === 'replied_to')?.id ?? null,
      mediaCount: post.attachments?.media_keys.length ?? 0,
      createdAt: post.created_at,
    };
  });

/** One page of a timeline. Without `meta` X did not show the timeline at all (a suspended user: `errors` alone). */
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
    id: Id,
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
  .transform(({ id, public_metrics: shown, non_public_metrics: own }) => {
    const metrics: PostMetrics = {
      impressions: shown.impression_count,
      likes: shown.like_count,
      reposts: shown.retweet_count ?? shown.repost_count ?? 0,
      replies: shown.reply_count,
      quotes: shown.quote_count,
      bookmarks: shown.bookmark_count,
      // X leaves a counter out while it is zero.
      urlClicks: own ? (own.url_link_clicks ?? 0) : null,
      profileClicks: own ? (own.user_profile_clicks ?? 0) : null,
    };
    return { xPostId: id, metrics };
  });

const Missing = z.object({ resource_id: z.string().optional(), value: z.string().optional(), type: z.string() });

/** Posts that were looked up: found, or gone for this account. A field that may not be seen is no absence. */
export const readLookup = reader(
  z
    .object({ data: z.array(Measured).default([]), errors: z.array(Missing).default([]) })
    .refine(({ data, errors }) => data.length + errors.length > 0)
    .transform(({ data, errors }) => ({
      posts: data,
      gone: errors
        .filter(({ type }) => /\/problems\/(?:resource-not-found|not-authorized-for-resource)$/.test(type))
        .flatMap(({ resource_id, value }) => resource_id ?? value ?? []),
    })),
);

export const readInitialized = reader(
  z
    .object({
      data: z.object({
        id: Id,
        expires_after_secs: z
          .number()
          .positive()
          .default(24 * 60 * 60),
      }),
    })
    .transform(({ data }) => ({ xMediaId: data.id, expiresInSeconds: data.expires_after_secs })),
);

/** Where X is with a file: without `processing_info` it has nothing to do with it. */
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
