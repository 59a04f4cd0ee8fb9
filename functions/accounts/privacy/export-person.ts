import { entityOf } from '#shared/entities.ts';
import { type ExportSection, isChangedBy } from '#shared/privacy/export-person.ts';
import { Account } from '../domain/account.ts';

/** Accounts that the person last changed (connected, disconnected), or whose automation they confirmed. */
export const exportSections: readonly ExportSection[] = [
  {
    kind: 'account',
    partition: (workspaceId) => workspaceId,
    prefix: 'ACCOUNT#',
    shareOf: (item, personId) => {
      const account = entityOf(Account, item);
      const { id: accountId, username, status, connectedAt, updatedAt } = account;
      const automation = account.automation?.confirmedBy === personId ? account.automation : undefined;
      if (!automation && !isChangedBy(account, personId)) return undefined;
      return { accountId, username, status, connectedAt, updatedAt, ...(automation && { automation }) };
    },
  },
];
