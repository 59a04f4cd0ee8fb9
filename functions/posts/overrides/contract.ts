import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { text } from '#shared/text.ts';
import type { PostErrors } from '../domain/error-codes.ts';
import { RuleId } from '../domain/policy.ts';
import { onPost, PostView } from '../views.ts';

const operation = capability<PostErrors>({
  name: 'Policy overrides',
  group: 'Publishing',
  description: 'Override policy warnings for the current content of a post.',
});

export const overrideWarning = operation({
  id: 'overrideWarning',
  method: 'POST',
  path: '/v1/posts/{postId}/overrides',
  summary: 'Let a warning of the rules pass, for exactly the content as it is',
  description: 'A later change of the content brings the warning back. What blocks a post cannot be let pass.',
  access: 'posts:override',
  request: {
    path: onPost,
    body: z.strictObject({ rule: RuleId, reason: text(2000) }),
  },
  response: PostView,
  status: 200,
  errors: {
    'not-found': ['post_not_found'],
    conflict: ['post_publishing', 'post_published', 'no_such_warning', 'changed_meanwhile'],
    unprocessable: ['not_overridable', 'item_too_large'],
  },
  etag: true,
  ifMatch: 'optional',
});

export const operations = [overrideWarning] as const;
