import { availableParallelism, loadavg } from 'node:os';

/**
 * How many times longer things take now than on a machine with nothing else to do: how many processes want each core, on
 * the average of the last minute (`loadavg`; Windows has none, and counts as idle). At least 1.
 */
export const slowness = (): number => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

/**
 * An instant that is due soon, and yet after the request that names it has been answered: as far ahead as asked, and
 * further on a machine that is more than a few times slower. @param leadMs how far ahead, in milliseconds
 */
export const soon = (leadMs = 6_000): string =>
  new Date(Date.now() + leadMs * Math.max(1, 0.4 * slowness())).toISOString();
