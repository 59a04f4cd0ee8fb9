import * as z from 'zod';
import { newerThan } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';

/** In millionths of a US dollar; null for no bound. */
export interface Budgets {
  monthlyBudgetMicros: number | null;
  monthlyReadBudgetMicros: number | null;
}

/** The monthly limits for X's costs of each workspace, from the events of `users`. */
export interface BudgetStore {
  /** In millionths of a US dollar; null for no bound. */
  get(workspaceId: string): Promise<number | null>;
  /** What reading metrics may cost in a month; in millionths of a US dollar, null for no bound. */
  ofReads(workspaceId: string): Promise<number | null>;
  /** Stores what an event reported, unless a newer event was stored already. */
  learn(workspaceId: string, entityVersion: number, budgets: Budgets): Promise<void>;
}

const budgetKey = (workspaceId: string): Key => ({ pk: workspaceId, sk: 'BUDGET' });

export const budgetStore = (table: Table): BudgetStore => ({
  async get(workspaceId) {
    const item = await table.get(budgetKey(workspaceId));
    return item ? z.int().nullable().parse(item.monthlyBudgetMicros) : null;
  },
  async ofReads(workspaceId) {
    const item = await table.get(budgetKey(workspaceId));
    return item ? z.int().nullable().default(null).parse(item.monthlyReadBudgetMicros) : null;
  },
  async learn(workspaceId, entityVersion, { monthlyBudgetMicros, monthlyReadBudgetMicros }) {
    const budgets = { monthlyBudgetMicros, monthlyReadBudgetMicros };
    const item = { ...budgetKey(workspaceId), type: 'budget', workspaceId, entityVersion, ...budgets };
    await table.put(item, newerThan(entityVersion));
  },
});
