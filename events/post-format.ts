import * as z from 'zod';

/** Format of a published post: the properties by which posts are compared, without text or names. */
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

/** The fields that cannot be derived from the text; they are measured when the content is written. */
export const MeasuredFormat = PostFormat.pick({ weightedLength: true, media: true });
export type MeasuredFormat = z.infer<typeof MeasuredFormat>;
