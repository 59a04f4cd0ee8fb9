import * as z from 'zod';

/** What a published post looks like, by what sets posts apart: no text, no names. */
export const PostFormat = z
  .object({
    weightedLength: z.int().min(0).meta({ description: 'Weighted length of the first part, as X counts it' }),
    parts: z.int().min(1).meta({ description: 'Number of parts of the thread' }),
    media: z
      .enum(['none', 'image', 'gif', 'video'])
      .meta({ description: 'Media of the first part; `image` stands for one to four images' }),
    hasLink: z.boolean().meta({ description: 'Whether any part has a link' }),
    hashtags: z.int().min(0).meta({ description: 'Number of hashtags in all parts' }),
    mentions: z.int().min(0).meta({ description: 'Number of mentions in all parts' }),
    hasPoll: z.boolean().meta({ description: 'Whether the first part has a poll' }),
  })
  .meta({ description: 'Format of a post' });
export type PostFormat = z.infer<typeof PostFormat>;

/** What of it cannot be read from the text: it is measured when the content is written. */
export const MeasuredFormat = PostFormat.pick({ weightedLength: true, media: true });
export type MeasuredFormat = z.infer<typeof MeasuredFormat>;
