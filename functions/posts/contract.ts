import * as z from 'zod';
import { AccountConnected, AccountDisconnected } from '../../events/accounts.ts';
import { CampaignCancelled, CampaignSlotPlanned } from '../../events/campaigns.ts';
import { AccountId, MediaId, PostId } from '../../shared/ids.ts';
import { healthOperations } from '../../shared/http/health.ts';
import { operation } from '../../shared/http/operation.ts';
import { pageOf, pageQuery } from '../../shared/http/page.ts';
import { Instant, TimeZone } from '../../shared/time.ts';
import { Media, MediaType } from './domain/media.ts';
import { Parts, Post, PostStatus } from './domain/post.ts';

const onPost = z.strictObject({ postId: PostId });
const onMedia = z.strictObject({ mediaId: MediaId });

/** A post as the API shows it: without what only the platform's own workflow needs. */
export const PostView = Post.omit({
  workspaceId: true,
  claimedBy: true,
  correlationId: true,
  changedBy: true,
  nextAttemptAt: true,
  slot: true,
  ttl: true,
}).meta({ id: 'PostView' });

export const MediaView = Media.omit({ workspaceId: true, correlationId: true, changedBy: true }).meta({
  id: 'MediaView',
});

export const createPost = operation({
  id: 'createPost',
  method: 'POST',
  path: '/v1/posts',
  summary: 'Write a post or a thread, as a draft',
  access: 'posts:write',
  request: { body: z.strictObject({ accountId: AccountId, parts: Parts }) },
  response: PostView,
  errors: ['not-found', 'unprocessable'],
  etag: true,
  maxBodyBytes: 1024 * 1024,
});

export const listPosts = operation({
  id: 'listPosts',
  method: 'GET',
  path: '/v1/posts',
  summary: 'List posts by time, filtered by status, account and time range',
  access: 'posts:read',
  request: {
    query: pageQuery({
      status: PostStatus.exclude(['deleted']).optional(),
      accountId: AccountId.optional(),
      from: Instant.optional().meta({ description: 'Earliest due time (or creation time of a draft), inclusive' }),
      to: Instant.optional().meta({ description: 'Latest due time (or creation time of a draft), exclusive' }),
    }).refine(({ from, to }) => from === undefined || to === undefined || Date.parse(from) <= Date.parse(to), {
      path: ['to'],
      error: 'must not be before from',
    }),
  },
  response: pageOf(PostView),
});

export const getPost = operation({
  id: 'getPost',
  method: 'GET',
  path: '/v1/posts/{postId}',
  summary: 'Read a post',
  access: 'posts:read',
  request: { path: onPost },
  response: PostView,
  errors: ['not-found'],
  etag: true,
});

export const changePost = operation({
  id: 'changePost',
  method: 'PATCH',
  path: '/v1/posts/{postId}',
  summary: 'Change the content or the account of a post that is not out yet',
  access: 'posts:write',
  request: {
    path: onPost,
    body: z
      .strictObject({ accountId: AccountId.optional(), parts: Parts.optional() })
      .refine(({ accountId, parts }) => accountId !== undefined || parts !== undefined, 'must change something'),
  },
  response: PostView,
  errors: ['not-found', 'conflict', 'unprocessable'],
  ifMatch: 'required',
  maxBodyBytes: 1024 * 1024,
});

export const deletePost = operation({
  id: 'deletePost',
  method: 'DELETE',
  path: '/v1/posts/{postId}',
  summary: 'Delete a post that is not on X',
  access: 'posts:write',
  request: { path: onPost },
  errors: ['not-found', 'conflict'],
});

export const schedulePost = operation({
  id: 'schedulePost',
  method: 'POST',
  path: '/v1/posts/{postId}/schedule',
  summary: 'Schedule a post, or schedule it anew',
  access: 'posts:schedule',
  request: { path: onPost, body: z.strictObject({ publishAt: Instant, timeZone: TimeZone.optional() }) },
  response: PostView,
  status: 200,
  errors: ['not-found', 'conflict', 'unprocessable'],
  etag: true,
});

export const publishPost = operation({
  id: 'publishPost',
  method: 'POST',
  path: '/v1/posts/{postId}/publish',
  summary: 'Publish a post now',
  access: 'posts:schedule',
  request: { path: onPost },
  response: PostView,
  status: 202,
  errors: ['not-found', 'conflict', 'unprocessable'],
  etag: true,
});

export const cancelPost = operation({
  id: 'cancelPost',
  method: 'POST',
  path: '/v1/posts/{postId}/cancel',
  summary: 'Take a scheduled or held post off its schedule',
  access: 'posts:schedule',
  request: { path: onPost },
  response: PostView,
  status: 200,
  errors: ['not-found', 'conflict'],
  etag: true,
});

export const createMedia = operation({
  id: 'createMedia',
  method: 'POST',
  path: '/v1/media',
  summary: 'Announce a media file and get the place to upload it to',
  description: 'PUT the file to `upload.url` with exactly `upload.headers`, then complete it.',
  access: 'posts:write',
  request: {
    body: z.strictObject({
      contentType: MediaType,
      bytes: z.int().min(1),
      altText: z.string().min(1).max(1000).nullable().default(null),
    }),
  },
  response: z.object({
    media: MediaView,
    upload: z.object({
      method: z.literal('PUT'),
      url: z.url(),
      headers: z.record(z.string(), z.string()),
      expiresAt: Instant,
    }),
  }),
  errors: [],
});

export const completeMedia = operation({
  id: 'completeMedia',
  method: 'POST',
  path: '/v1/media/{mediaId}/complete',
  summary: 'Say that a media file was uploaded; what it is gets checked',
  access: 'posts:write',
  request: { path: onMedia },
  response: MediaView,
  status: 200,
  errors: ['not-found', 'conflict', 'unprocessable'],
  etag: true,
});

export const getMedia = operation({
  id: 'getMedia',
  method: 'GET',
  path: '/v1/media/{mediaId}',
  summary: 'Read what is known of a media file',
  access: 'posts:read',
  request: { path: onMedia },
  response: MediaView,
  errors: ['not-found'],
  etag: true,
});

export const health = healthOperations('posts');

export const operations = [
  createPost,
  listPosts,
  getPost,
  changePost,
  deletePost,
  schedulePost,
  publishPost,
  cancelPost,
  createMedia,
  completeMedia,
  getMedia,
  health.health,
  health.ready,
] as const;

/** Events of others that this context follows. */
export const listensTo = [AccountConnected, AccountDisconnected, CampaignSlotPlanned, CampaignCancelled] as const;

/** Steps of workflows that this context carries out. */
export const tasks = { claim: 'posts.claim', record: 'posts.record' } as const;
