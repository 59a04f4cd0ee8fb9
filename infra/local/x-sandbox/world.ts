import type { Deliveries } from './deliveries.ts';
import type { Faults } from './faults.ts';
import type { MediaFolder } from './media-folder.ts';
import type { RequestLog } from './request-log.ts';
import type { SandboxState } from './state.ts';

/** What every room of the sandbox works on. */
export interface World {
  state: SandboxState;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly deliveries: Deliveries;
  readonly media: MediaFolder;
  /** Milliseconds since 1970 by the sandbox's own clock, which control can advance. */
  now(): number;
}

const TWITTER_EPOCH_MS = 1_288_834_974_657n;

/** The next id in X's Snowflake layout: 41 bits of milliseconds, then 22 bits; later ids are always greater. */
export function nextId(world: World): string {
  const byTime = (BigInt(world.now()) - TWITTER_EPOCH_MS) << 22n;
  const afterLast = BigInt(world.state.lastId) + 1n;
  const id = (byTime > afterLast ? byTime : afterLast).toString();
  world.state.lastId = id;
  return id;
}

/** Orders ids by their number, oldest first. */
export function compareIds(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The UTC day (YYYY-MM-DD) of an instant. */
export function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
