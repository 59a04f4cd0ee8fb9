import * as z from 'zod';
import { text } from '#shared/text.ts';

/** Who may reply to a post (X API, POST /2/tweets: `reply_settings`; omitted for `everyone`). */
export const ReplySettings = z.enum(['everyone', 'following', 'mentionedUsers', 'subscribers', 'verified']).meta({
  description:
    'Who may reply. `following`: accounts that the author follows; `mentionedUsers`: accounts that the post mentions; ' +
    '`subscribers`: subscribers of the author; `verified`: verified accounts',
});
export type ReplySettings = z.infer<typeof ReplySettings>;

/** A poll (X API, POST /2/tweets: 2 to 4 options of 1 to 25 characters, 5 minutes to 7 days). */
export const Poll = z.strictObject({
  options: z.array(text(25)).min(2).max(4).meta({ description: 'Answers to choose from' }),
  durationMinutes: z.int().min(5).max(10_080).meta({ description: 'How long the poll is open, in minutes' }),
});
export type Poll = z.infer<typeof Poll>;
