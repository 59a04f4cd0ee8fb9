import { capability } from '#shared/http/operation.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import type { PostErrors } from '../domain/error-codes.ts';
import { Repost } from '../domain/repost.ts';
import { onPost, PostView } from '../views.ts';

const operation = capability<PostErrors>({
  name: 'Published posts',
  group: 'Publishing',
  description: 'Repost posts that are on X, or delete them there.',
});

const RepostView = Repost.omit({ workspaceId: true, correlationId: true, changedBy: true }).meta({ id: 'RepostView' });

export const unpublishPost = operation({
  id: 'unpublishPost',
  method: 'POST',
  path: '/v1/posts/{postId}/unpublish',
  summary: 'Delete on X what is out of a post; its record and receipt stay here',
  access: 'posts:schedule',
  request: { path: onPost },
  response: PostView,
  status: 202,
  errors: {
    'not-found': ['post_not_found'],
    conflict: [
      'post_draft',
      'post_scheduled',
      'post_held',
      'post_missed',
      'post_failed',
      'post_cancelled',
      'post_publishing',
      'post_unpublished',
      'post_unsettled',
      'changed_meanwhile',
    ],
  },
  etag: true,
  ifMatch: 'optional',
});

export const repostPost = operation({
  id: 'repostPost',
  method: 'POST',
  path: '/v1/posts/{postId}/reposts',
  summary: 'Have the account repost a post of its own that is out',
  access: 'posts:schedule',
  request: { path: onPost },
  response: RepostView,
  status: 202,
  errors: {
    'not-found': ['post_not_found'],
    conflict: ['not_published', 'changed_meanwhile'],
    'rate-limited': ['too_many_reposts'],
  },
  etag: true,
  ifMatch: 'optional',
});

export const listReposts = operation({
  id: 'listReposts',
  method: 'GET',
  path: '/v1/posts/{postId}/reposts',
  summary: 'The reposts of a post, the oldest first',
  access: 'posts:read',
  request: { path: onPost, query: pageQuery({}) },
  response: pageOf(RepostView),
  errors: { 'not-found': ['post_not_found'] },
});

export const operations = [unpublishPost, repostPost, listReposts] as const;
