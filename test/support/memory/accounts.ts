import type { Deps } from '#functions/accounts/deps.ts';
import { accountStore } from '#functions/accounts/store/accounts.ts';
import { activityStore } from '#functions/accounts/store/activities.ts';
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
  | 'accounts'
  | 'tokens'
  | 'connections'
  | 'publications'
  | 'uploads'
  | 'limits'
  | 'usage'
  | 'budgets'
  | 'app'
  | 'activities';

/** A stage without activity from X. */
type Untold = 'xActivity' | 'xWebhookUrl' | 'xSecret' | 'count';

/** The stores of accounts on an in-memory table; a test adds X, the vault and the other ports. */
export type MemoryAccounts = Pick<Deps, Stores | Untold> & MemoryTable;

const notAsked = async (): Promise<never> => {
  throw new Error('This stage has no webhook at X');
};

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
    activities: activityStore(table),
    xActivity: {
      webhooks: notAsked,
      createWebhook: notAsked,
      checkWebhook: notAsked,
      replay: notAsked,
      subscriptions: notAsked,
      subscribe: notAsked,
      unsubscribe: notAsked,
    },
    xWebhookUrl: undefined,
    xSecret: notAsked,
    count: () => undefined,
  };
};
