import * as z from 'zod';
import { PostId } from '#shared/ids.ts';
import { Finding } from './domain/policy.ts';
import { Post } from './domain/post.ts';
import { ShortLink } from './domain/short-link.ts';

export const onPost = z.strictObject({ postId: PostId });

/** Only callers who may read usage see what a post cost: GET /v1/accounts/usage/posts/{postId}. */
const publication = Post.shape.publication.unwrap();
const onX = publication.shape.parts.element.omit({ costMicros: true });

/** A link of a post and its short link, as receipts and the API show them. */
export const ShortLinkView = ShortLink.omit({ start: true, code: true }).meta({ id: 'ShortLinkView' });

/** A post as the API shows it: without what only the platform's own workflow needs. */
export const PostView = Post.omit({
  workspaceId: true,
  claimedBy: true,
  correlationId: true,
  chain: true,
  changedBy: true,
  nextAttemptAt: true,
  timeSetAt: true,
  writerSchedules: true,
  slot: true,
  approvalReminders: true,
  composed: true,
  submittedInStep: true,
  measured: true,
  ttl: true,
})
  .extend({
    publication: publication
      .omit({ lookSince: true })
      .extend({ parts: z.array(onX).meta({ description: 'Parts that are on X, in thread order' }) })
      .nullable()
      .meta({ description: 'Progress on X; null until the post is first scheduled' }),
    shortLinks: z.array(ShortLinkView).nullable().meta({ description: Post.shape.shortLinks.description }),
    findings: z
      .array(Finding)
      .default([])
      .meta({ description: 'Findings of the content policy when it was last checked' }),
  })
  .meta({ id: 'PostView' });
