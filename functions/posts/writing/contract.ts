import * as z from 'zod';
import { ReplySettings } from '#events/publishing.ts';
import { change } from '#shared/change.ts';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { AccountId, CampaignId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { AskedInstant } from '#shared/time.ts';
import { linkFaults, notOpen, type PostErrors } from '../domain/error-codes.ts';
import { contentFields, PostStatus, SentParts } from '../domain/post.ts';
import { onPost, PostView } from '../views.ts';

const operation = capability<PostErrors>({
  name: 'Posts',
  group: 'Content',
  description: 'Write, list, change and delete posts and threads.',
});

/** Whose link parameters the links of the text get, as it is written. */
export const UtmFrom = CampaignId.meta({
  description: 'The campaign whose UTM parameters every http(s) link of the text gets; those it has already stay',
});

export const createPost = operation({
  id: 'createPost',
  method: 'POST',
  path: '/v1/posts',
  summary: 'Write a post or a thread, as a draft',
  access: 'posts:write',
  request: {
    body: z.strictObject({ accountId: AccountId, parts: SentParts, ...contentFields, utmFrom: UtmFrom.optional() }),
  },
  response: PostView,
  errors: {
    'not-found': ['account_not_found', 'campaign_not_found', 'media_file_not_found'],
    conflict: ['media_being_deleted', 'changed_meanwhile'],
    unprocessable: ['unpublishable', ...linkFaults, 'item_too_large'],
  },
  etag: true,
  maxBodyBytes: 1024 * 1024,
  location: '/v1/posts/{id}',
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
      from: AskedInstant.optional().meta({ description: 'Earliest due time (or creation time of a draft), inclusive' }),
      to: AskedInstant.optional().meta({ description: 'Latest due time (or creation time of a draft), exclusive' }),
    }).check(range()),
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
  errors: { 'not-found': ['post_not_found'] },
  etag: true,
});

export const changePost = operation({
  id: 'changePost',
  method: 'PATCH',
  path: '/v1/posts/{postId}',
  summary: 'Change the content or the account of a post that is not out yet',
  description:
    'A post that can go out by itself (scheduled, on its way, held for a while, in a launched campaign) is changed by ' +
    'whoever may schedule; others get `post_is_scheduled`. A change that changes nothing makes no version.',
  access: 'posts:write',
  request: {
    path: onPost,
    body: change({
      accountId: AccountId,
      parts: SentParts,
      replySettings: ReplySettings,
      madeWithAi: z.boolean(),
      paidPartnership: z.boolean(),
      utmFrom: UtmFrom,
    }),
  },
  response: PostView,
  errors: {
    forbidden: ['post_is_scheduled'],
    'not-found': ['post_not_found', 'account_not_found', 'campaign_not_found', 'media_file_not_found'],
    conflict: [...notOpen, 'post_partly_published', 'post_unsettled', 'media_being_deleted', 'changed_meanwhile'],
    unprocessable: ['unpublishable', ...linkFaults, 'item_too_large'],
  },
  ifMatch: 'required',
  maxBodyBytes: 1024 * 1024,
});

export const deletePost = operation({
  id: 'deletePost',
  method: 'DELETE',
  path: '/v1/posts/{postId}',
  summary: 'Delete a post that is not on X',
  description:
    'A post that has its time, or is in a launched campaign, is deleted by whoever may schedule; others get ' +
    '`post_is_scheduled`.',
  access: 'posts:write',
  request: { path: onPost },
  errors: {
    forbidden: ['post_is_scheduled'],
    'not-found': ['post_not_found'],
    conflict: [
      'post_publishing',
      'post_published',
      'post_unpublishing',
      'post_partly_published',
      'post_unsettled',
      'changed_meanwhile',
    ],
  },
  ifMatch: 'optional',
});

export const operations = [createPost, listPosts, getPost, changePost, deletePost] as const;
