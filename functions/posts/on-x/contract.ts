import { capability } from '#shared/http/operation.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import type { PostErrors } from '../domain/error-codes.ts';
import { Repost, repostsPerDay } from '../domain/repost.ts';
import { onPost, PostView } from '../views.ts';

const operation = capability<PostErrors>({
  name: 'Published posts',
  group: 'Publishing',
  description: 'Repost published posts, or delete them on X.',
});

const RepostView = Repost.omit({ workspaceId: true, correlationId: true, chain: true, changedBy: true }).meta({
  id: 'RepostView',
});

export const unpublishPost = operation({
  id: 'unpublishPost',
  method: 'POST',
  path: '/v1/posts/{postId}/unpublish',
  summary: 'Delete a published post on X',
  description:
    'Deletes every part that is on X, last part first, and keeps the post and its receipt here. The post is ' +
    '`unpublishing` until X has responded, then `unpublished`. If a part cannot be deleted, the post is `published` ' +
    'again (`failed` if it was only partly published) and `problem` says why.',
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
  summary: 'Repost a published post from its own account',
  description:
    'The repost is `requested` until X has responded. A thread is reposted by its first part. An account can repost ' +
    `${repostsPerDay.most} times per UTC day.`,
  access: 'posts:schedule',
  request: { path: onPost },
  response: RepostView,
  status: 202,
  errors: {
    'not-found': ['post_not_found'],
    conflict: ['not_published', 'publishing_stopped', 'changed_meanwhile'],
    'rate-limited': ['too_many_reposts'],
  },
  etag: true,
  ifMatch: 'optional',
});

export const listReposts = operation({
  id: 'listReposts',
  method: 'GET',
  path: '/v1/posts/{postId}/reposts',
  summary: 'List the reposts of a post, oldest first',
  access: 'posts:read',
  request: { path: onPost, query: pageQuery({}) },
  response: pageOf(RepostView),
  errors: { 'not-found': ['post_not_found'] },
});

export const operations = [unpublishPost, repostPost, listReposts] as const;
