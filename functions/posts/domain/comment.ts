import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { CommentId, PersonId, PostId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { text } from '#shared/text.ts';

/**
 * Maximum number of comments per post: of ordinary ones, and of all together with those of submissions and decisions,
 * which remain possible when the first limit is reached.
 */
export const maxComments = {
  most: 500,
  code: 'too_many_comments',
  said: 'The post has 500 comments, the maximum.',
};
export const maxCommentsInAll = { ...maxComments, most: 1000, said: 'The post has 1,000 comments, the maximum.' };

/** An internal comment on a post; never published on X. */
export const CommentText = text(2000);

export const Comment = z
  .object({
    id: CommentId,
    ...entityFields,
    postId: PostId,
    text: personal(CommentText, { why: 'to discuss a post within the team', keptFor: keptFor.workspace }),
    writtenBy: PersonId,
    about: z
      .enum(['submitted', 'approved', 'changes_requested'])
      .nullable()
      .meta({ description: 'Step that the comment was added with; null for a comment by itself' }),
  })
  .meta({ id: 'Comment' });
export type Comment = z.infer<typeof Comment>;
