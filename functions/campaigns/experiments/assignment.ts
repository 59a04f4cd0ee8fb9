import { createHmac } from 'node:crypto';

/**
 * The slots of one block, in their order, with a variant each. The coin: slots are ranked by their HMAC-SHA-256 under the
 * seed, so that every order of the variants is as likely as any other, whatever the other blocks got.
 */
export const assigned = (
  slotIds: readonly string[],
  variants: readonly string[],
  seed: string,
): { id: string; variant: string }[] => {
  const rankOf = (id: string) => createHmac('sha256', seed).update(id).digest('hex');
  const ranked = slotIds.map((id) => ({ id, rank: rankOf(id) })).sort((one, other) => (one.rank < other.rank ? -1 : 1));
  const places = new Map(ranked.map(({ id }, place) => [id, place]));
  return slotIds.map((id) => {
    const variant = variants[places.get(id) ?? -1];
    if (variant === undefined) throw new RangeError('A block has as many slots as there are variants');
    return { id, variant };
  });
};
