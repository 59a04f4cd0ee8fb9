import { availableParallelism, loadavg } from 'node:os';

/**
 * Returns how many times slower this machine is than an idle one: processes per core, averaged over the last minute
 * (`loadavg`; Windows has none, and counts as idle). At least 1.
 */
export const slowness = (): number => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

/**
 * Returns an instant in the near future, but after the request that names it gets its response; further ahead on a
 * machine that is more than a few times slower. @param leadMs in milliseconds
 */
export const soon = (leadMs = 6_000): string =>
  new Date(Date.now() + leadMs * Math.max(1, 0.4 * slowness())).toISOString();
