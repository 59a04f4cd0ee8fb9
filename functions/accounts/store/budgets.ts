import * as z from 'zod';
import { newerThan } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';

/** In millionths of a US dollar; null: no limit. */
export interface Budgets {
  monthlyBudgetMicros: number | null;
  monthlyReadBudgetMicros: number | null;
}

/** Each workspace's monthly budgets for X, from the events of `users`. */
export interface BudgetStore {
  /** Returns the monthly budget in millionths of a US dollar; null: no limit. */
  get(workspaceId: string): Promise<number | null>;
  /** Returns the monthly budget for reading metrics in millionths of a US dollar; null: no limit. */
  ofReads(workspaceId: string): Promise<number | null>;
  /** Stores the budgets of an event, unless a newer event was stored already. */
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
