import type { Deps } from '#functions/accounts/deps.ts';
import { accountStore } from '#functions/accounts/store/accounts.ts';
import { appStore } from '#functions/accounts/store/app.ts';
import { budgetStore } from '#functions/accounts/store/budgets.ts';
import { connectionStore } from '#functions/accounts/store/connections.ts';
import { limitStore } from '#functions/accounts/store/limits.ts';
import { publicationStore } from '#functions/accounts/store/publications.ts';
import { tokenStore } from '#functions/accounts/store/tokens.ts';
import { uploadStore } from '#functions/accounts/store/uploads.ts';
import { usageStore } from '#functions/accounts/store/usage.ts';
import type { Clock } from '#shared/time.ts';
import { type MemoryTable, memoryTable } from './table.ts';

type Stores =
  'accounts' | 'tokens' | 'connections' | 'publications' | 'uploads' | 'limits' | 'usage' | 'budgets' | 'app';

/** The stores of accounts over a table in memory; X, the vault and what else is no store a test adds. */
export type MemoryAccounts = Pick<Deps, Stores> & MemoryTable;

export const memoryAccounts = (now: Clock): MemoryAccounts => {
  const memory = memoryTable(now);
  const { table } = memory;
  return {
    ...memory,
    accounts: accountStore(table),
    tokens: tokenStore(table),
    connections: connectionStore(table),
    publications: publicationStore(table),
    uploads: uploadStore(table),
    limits: limitStore(table),
    usage: usageStore(table),
    budgets: budgetStore(table),
    app: appStore(table),
  };
};
