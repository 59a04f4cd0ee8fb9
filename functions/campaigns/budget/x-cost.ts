import * as z from 'zod';
import { creationOf, priceOf } from '#shared/x-prices.ts';
import type { PostFacts } from '../domain/publishing-facts.ts';

type Priced = Pick<PostFacts, 'parts' | 'media'>;

/** Cost of a post or thread at X when published at an instant (UTC), including its alt texts, in micro-dollars. */
export const xCostOf = ({ parts, media }: Priced, at: string): number => {
  const date = new Date(at);
  const texts = media.filter(({ hasAltText }) => hasAltText).length * priceOf('media_metadata', date);
  return parts.reduce((sum, part) => sum + priceOf(creationOf(part), date), texts);
};

/** The same cost without links in the texts. */
export const costWithoutLinks = ({ parts, media }: Priced, at: string): number =>
  xCostOf({ media, parts: parts.map((part) => ({ ...part, hasUrl: false })) }, at);

/** What is about to be published, from its claim; the post may have been edited since the check. */
export const ClaimedContent = z.object({
  parts: z.array(z.object({ hasUrl: z.boolean() })),
  media: z.array(z.object({ altText: z.string().nullable(), subtitles: z.array(z.unknown()).default([]) })),
});
export type ClaimedContent = z.infer<typeof ClaimedContent>;

/** Current cost at X in micro-dollars, of its posts and of the descriptions of its files. */
export const claimedCostOf = ({ parts, media }: ClaimedContent, at: Date): { posts: number; texts: number } => ({
  posts: parts.reduce((sum, part) => sum + priceOf(creationOf(part), at), 0),
  texts:
    priceOf('media_metadata', at) *
    media.reduce((sum, { altText, subtitles }) => sum + (altText === null ? 0 : 1) + subtitles.length, 0),
});
