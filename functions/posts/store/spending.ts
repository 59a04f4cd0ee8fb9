import * as z from 'zod';
import { entityOf, newerThan } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { daySeconds, Instant, timeToLive } from '#shared/time.ts';

/** What X has cost the workspace in a month, as last reported by `accounts`. */
export const Spending = z.object({
  /** UTC month, such as `2026-11`. */
  month: z.string(),
  /** In millionths of a US dollar. */
  spentMicros: z.int(),
  /** When it was this much. */
  asOf: Instant,
});
export type Spending = z.infer<typeof Spending>;

export interface SpendingStore {
  /** Undefined if nothing was reported for the month. */
  find(workspaceId: string, month: string): Promise<Spending | undefined>;
  /** Stores the state from an event, unless a newer event is already stored. */
  learn(workspaceId: string, entityVersion: number, spending: Spending): Promise<void>;
}

/** A month is queried while its posts are planned and published. */
const keptSeconds = 90 * daySeconds;

const keyOf = (workspaceId: string, month: string): Key => ({ pk: workspaceId, sk: `SPENDING#${month}` });

export const spendingStore = (table: Table): SpendingStore => ({
  async find(workspaceId, month) {
    const item = await table.get(keyOf(workspaceId, month));
    return item && entityOf(Spending, item);
  },
  async learn(workspaceId, entityVersion, spending) {
    const ttl = timeToLive(new Date(spending.asOf), keptSeconds);
    const item = { ...keyOf(workspaceId, spending.month), type: 'spending', workspaceId, entityVersion, ttl };
    await table.put({ ...item, ...spending }, newerThan(entityVersion));
  },
});
