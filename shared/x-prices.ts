/** What X bills, in the words of its price list. */
export type Billable =
  'post_create' | 'post_create_with_url' | 'repost' | 'post_delete' | 'media_metadata' | 'post_read' | 'user_read';

interface PriceList {
  from: string;
  micros: Readonly<Record<Billable, number>>;
}

/**
 * X's pay-per-use prices in millionths of a US dollar: per request for writes, per resource for reads (docs.x.com,
 * "Pricing"). A new list is a new entry; the older ones stay, since what was billed under them was billed so.
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
 * The price of one call, or of one resource read, at an instant, in micro-dollars. Before the first list it is that of the
 * first: nothing was billed then, but a plan may name such a time.
 */
export const priceOf = (what: Billable, at: Date): number => {
  const list = priceLists.findLast(({ from }) => Date.parse(from) <= at.getTime()) ?? priceLists[0];
  return list.micros[what];
};

/** What creating a post costs: X takes more when it finds a link in the text. */
export const creationOf = ({ hasUrl }: { hasUrl: boolean }): 'post_create' | 'post_create_with_url' =>
  hasUrl ? 'post_create_with_url' : 'post_create';

/** The month that money is counted in: UTC, such as `2026-11`. */
export const billingMonthOf = (at: Date): string => at.toISOString().slice(0, 7);
