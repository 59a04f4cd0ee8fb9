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
  summary: 'Override a policy warning for the current content',
  description:
    'Changing the content later brings the warning back. A post held only by this warning is released. Findings of level ' +
    '`block` cannot be overridden, except `repeated_on_account` on a post that is not held.',
  access: 'posts:override',
  request: {
    path: onPost,
    body: z.strictObject({
      rule: RuleId.meta({ description: 'Rule whose warnings are overridden' }),
      reason: text(2000).meta({ description: 'Why the warning is acceptable; kept for the record' }),
    }),
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
