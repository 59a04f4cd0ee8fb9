import type { Faults } from './faults.ts';
import type { MediaFolder } from './media-folder.ts';
import type { RequestLog } from './request-log.ts';
import type { SandboxState, Webhook } from './state.ts';

/** What goes wrong with deliveries, as a test wants it. */
export interface DeliveryFaults {
  times: number;
  isForged: boolean;
  isLost: boolean;
}

/** What was delivered: for tests. */
export interface Delivered {
  eventUuid: string;
  eventType: string;
  /** The webhook's answers, one for each attempt; null: none. */
  answers: (number | null)[];
}

/** What is told to webhooks. */
export interface Messenger {
  faults: DeliveryFaults;
  readonly list: readonly Delivered[];
  /** Something happened to a user, or to the app. */
  tell(world: World, eventType: string, userId: string, payload: Record<string, unknown>): void;
  /** Sends again what happened in a period, whether it had arrived or not. */
  replay(world: World, webhook: Webhook, from: number, to: number): void;
  /** As if nothing had been delivered, and nothing went wrong. */
  clear(): void;
  close(): Promise<void>;
}

/** What every room of the sandbox works on. */
export interface World {
  state: SandboxState;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly deliveries: Messenger;
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
