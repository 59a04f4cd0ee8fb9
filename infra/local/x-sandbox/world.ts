import type { Faults } from './faults.ts';
import type { MediaFolder } from './media-folder.ts';
import type { RequestLog } from './request-log.ts';
import type { SandboxState, Webhook } from './state.ts';

/** Faults of deliveries, for tests. */
export interface DeliveryFaults {
  times: number;
  isForged: boolean;
  isLost: boolean;
}

/** A record of a delivery, for tests. */
export interface Delivered {
  eventUuid: string;
  eventType: string;
  /** Status of the webhook's responses, one per attempt; null: no response. */
  answers: (number | null)[];
}

/** Delivers events to webhooks. */
export interface Messenger {
  faults: DeliveryFaults;
  readonly list: readonly Delivered[];
  /** Publishes an event of a user or the app. */
  tell(world: World, eventType: string, userId: string, payload: Record<string, unknown>): void;
  /** Redelivers the events of a period, whether they had arrived or not. */
  replay(world: World, webhook: Webhook, from: number, to: number): void;
  /** Forgets all deliveries and faults. */
  clear(): void;
  close(): Promise<void>;
}

/** State and services shared by all parts of the sandbox. */
export interface World {
  state: SandboxState;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly deliveries: Messenger;
  readonly media: MediaFolder;
  /** Milliseconds since 1970 by the sandbox's own clock, which the control API can advance. */
  now(): number;
}

const TWITTER_EPOCH_MS = 1_288_834_974_657n;

/** Returns the next id in X's Snowflake layout: 41 bits of milliseconds, then 22 bits. Ids always increase. */
export function nextId(world: World): string {
  const byTime = (BigInt(world.now()) - TWITTER_EPOCH_MS) << 22n;
  const afterLast = BigInt(world.state.lastId) + 1n;
  const id = (byTime > afterLast ? byTime : afterLast).toString();
  world.state.lastId = id;
  return id;
}

/** Compares ids as numbers, oldest first. */
export function compareIds(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Returns the UTC day (YYYY-MM-DD) of an instant. */
export function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
