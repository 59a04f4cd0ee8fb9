import * as z from 'zod';
import { creationOf, priceOf } from '#shared/x-prices.ts';
import type { PostFacts } from '../domain/publishing-facts.ts';

type Priced = Pick<PostFacts, 'parts' | 'media'>;

/** What X bills for a post or a thread that goes out at an instant (UTC), its alt texts included, in micro-dollars. */
export const xCostOf = ({ parts, media }: Priced, at: string): number => {
  const date = new Date(at);
  const texts = media.filter(({ hasAltText }) => hasAltText).length * priceOf('media_metadata', date);
  return parts.reduce((sum, part) => sum + priceOf(creationOf(part), date), texts);
};

/** The same without a link in any text. */
export const costWithoutLinks = ({ parts, media }: Priced, at: string): number =>
  xCostOf({ media, parts: parts.map((part) => ({ ...part, hasUrl: false })) }, at);

/** What is about to go out, as its claim has it: the post may have been edited since it was checked. */
export const ClaimedContent = z.object({
  parts: z.array(z.object({ hasUrl: z.boolean() })),
  media: z.array(z.object({ altText: z.string().nullable(), subtitles: z.array(z.unknown()).default([]) })),
});
export type ClaimedContent = z.infer<typeof ClaimedContent>;

/** What X bills for it now, in micro-dollars: for its posts, and for what is said of its files. */
export const claimedCostOf = ({ parts, media }: ClaimedContent, at: Date): { posts: number; texts: number } => ({
  posts: parts.reduce((sum, part) => sum + priceOf(creationOf(part), at), 0),
  texts:
    priceOf('media_metadata', at) *
    media.reduce((sum, { altText, subtitles }) => sum + (altText === null ? 0 : 1) + subtitles.length, 0),
});
