import * as z from 'zod';
import { newerThan } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';

/** The monthly limit for X's costs of each workspace, from the events of `users`. */
export interface BudgetStore {
  /** In millionths of a US dollar; null for no bound. */
  get(workspaceId: string): Promise<number | null>;
  /** Stores what an event reported, unless a newer event was stored already. */
  learn(workspaceId: string, entityVersion: number, monthlyBudgetMicros: number | null): Promise<void>;
}

const budgetKey = (workspaceId: string): Key => ({ pk: workspaceId, sk: 'BUDGET' });

export const budgetStore = (table: Table): BudgetStore => ({
  async get(workspaceId) {
    const item = await table.get(budgetKey(workspaceId));
    return item ? z.int().nullable().parse(item.monthlyBudgetMicros) : null;
  },
  async learn(workspaceId, entityVersion, monthlyBudgetMicros) {
    const item = { ...budgetKey(workspaceId), type: 'budget', workspaceId, entityVersion, monthlyBudgetMicros };
    await table.put(item, newerThan(entityVersion));
  },
});
