import { operation } from '#shared/http/operation.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Repost } from '../domain/repost.ts';
import { onPost, PostView } from '../views.ts';

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
  errors: ['not-found', 'conflict'],
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
  errors: ['not-found', 'conflict', 'rate-limited'],
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
  errors: ['not-found'],
});

export const operations = [unpublishPost, repostPost, listReposts] as const;
