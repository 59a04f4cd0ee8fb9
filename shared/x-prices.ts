/** What X bills, named as in its price list. */
export type Billable =
  'post_create' | 'post_create_with_url' | 'repost' | 'post_delete' | 'media_metadata' | 'post_read' | 'user_read';

interface PriceList {
  from: string;
  micros: Readonly<Record<Billable, number>>;
}

/**
 * X's pay-per-use prices in millionths of a US dollar: per request for writes, per resource for reads (docs.x.com,
 * "Pricing"). Append new lists and keep the old ones, which still apply to what was billed under them.
 */
const priceLists: readonly [PriceList, ...PriceList[]] = [
  {
    // Since 2026-04-20 a post with a link costs more than thirteen times one without.
    from: '2026-04-20T00:00:00.000Z',
    micros: {
      post_create: 15_000,
      post_create_with_url: 200_000,
      repost: 15_000,
      post_delete: 5_000,
      media_metadata: 5_000,
      post_read: 5_000,
      user_read: 10_000,
    },
  },
];

/**
 * Returns the price of one call, or one resource read, at an instant, in micro-dollars. Before the first list the first
 * applies: nothing was billed then, but a plan can name such a time.
 */
export const priceOf = (what: Billable, at: Date): number => {
  const list = priceLists.findLast(({ from }) => Date.parse(from) <= at.getTime()) ?? priceLists[0];
  return list.micros[what];
};

/** Returns what creating a post is billed as: X charges more when it finds a link in the text. */
export const creationOf = ({ hasUrl }: { hasUrl: boolean }): 'post_create' | 'post_create_with_url' =>
  hasUrl ? 'post_create_with_url' : 'post_create';

/** Returns the billing month in UTC, such as `2026-11`. */
export const billingMonthOf = (at: Date): string => at.toISOString().slice(0, 7);
