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
