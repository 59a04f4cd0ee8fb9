import * as z from 'zod';
import { entityFields } from '../../../shared/entity.ts';
import { CommentId, PersonId, PostId } from '../../../shared/ids.ts';
import { keptFor, personal } from '../../../shared/personal-data.ts';

/** What somebody said of a post: to colleagues, never to X. */
export const CommentText = z.string().trim().min(1).max(2000);

export const Comment = z
  .object({
    id: CommentId,
    ...entityFields,
    postId: PostId,
    text: personal(CommentText, { why: 'colleagues talk about a post', keptFor: keptFor.workspace }),
    writtenBy: PersonId,
    /** What was done with the post in the same breath; null for a word by itself. */
    about: z.enum(['submitted', 'approved', 'changes_requested']).nullable(),
  })
  .meta({ id: 'Comment' });
export type Comment = z.infer<typeof Comment>;
