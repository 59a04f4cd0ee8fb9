import * as z from 'zod';
import { change } from '#shared/change.ts';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { AccountId, CampaignId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { AskedInstant } from '#shared/time.ts';
import { linkFaults, notOpen, type PostErrors } from '../domain/error-codes.ts';
import { contentFields, contentLabels, ListedStatus, SentParts } from '../domain/post.ts';
import { onPost, PostView } from '../views.ts';

const operation = capability<PostErrors>({
  name: 'Posts',
  group: 'Content',
  description: 'Create, list, change and delete posts and threads.',
});

/** The campaign whose UTM parameters are added to the links of the text when it is saved. */
export const UtmFrom = CampaignId.meta({
  description:
    'Campaign whose UTM parameters are added to every http(s) link of the text except t.co links; parameters that a ' +
    'link already has stay',
});

export const createPost = operation({
  id: 'createPost',
  method: 'POST',
  path: '/v1/posts',
  summary: 'Create a draft of a post or thread',
  description: 'Refused if X would not accept the content. Policy findings do not prevent it; see `findings`.',
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
  summary: 'List posts by time, earliest first',
  description: 'The time of a post is its scheduled time, or its creation time if it was never scheduled.',
  access: 'posts:read',
  request: {
    query: pageQuery({
      status: ListedStatus.optional(),
      accountId: AccountId.optional().meta({ description: 'Only posts of this account' }),
      from: AskedInstant.optional().meta({
        description: 'Earliest scheduled time (creation time if never scheduled), inclusive; any UTC offset',
      }),
      to: AskedInstant.optional().meta({
        description: 'Latest scheduled time (creation time if never scheduled), exclusive; any UTC offset',
      }),
    }).check(range()),
  },
  response: pageOf(PostView),
});

export const getPost = operation({
  id: 'getPost',
  method: 'GET',
  path: '/v1/posts/{postId}',
  summary: 'Get a post or thread',
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
  summary: 'Change the content or account of a post that has not been published yet',
  description:
    'A change makes a new version and withdraws the approval; a request that changes nothing does neither. While the post ' +
    'is scheduled, waits for its launched campaign to schedule it, or is held for any reason other than a missing approval, ' +
    'a change after launch or a policy finding, only roles that may schedule can change it; others get `post_is_scheduled`.',
  access: 'posts:write',
  request: {
    path: onPost,
    body: change({
      accountId: AccountId,
      parts: SentParts,
      ...contentLabels,
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
    'Only roles that may schedule can delete a post that is scheduled or held, or waits for its launched campaign to ' +
    'schedule it; others get `post_is_scheduled`. To delete a post on X, unpublish it.',
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
