import { createHmac } from 'node:crypto';

/**
 * Assigns a variant to each slot of a block, in slot order. Slots are ranked by their HMAC-SHA-256 under the seed, so
 * that all orders of the variants are equally likely, independent of other blocks.
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
