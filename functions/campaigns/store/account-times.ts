import type { Item, Table } from '#shared/table.ts';

/** A publication on an account at an instant (UTC). */
export interface AccountTime {
  accountId: string;
  publishAt: string;
  /** The campaign whose slot it is; null for a post that a person scheduled. */
  campaignId: string | null;
}

export interface AccountTimeStore {
  /** Publications on these accounts between two instants (UTC), the second one exclusive. */
  between(workspaceId: string, accountIds: readonly string[], from: string, to: string): Promise<AccountTime[]>;
}

interface Timed {
  workspaceId: string;
  accountId: string;
  publishAt: string;
  campaignId: string | null;
  id: string;
}

/** The account's partition of the index `byAccount`. */
export const calendarOf = (workspaceId: string, accountId: string): string => `${workspaceId}#${accountId}`;

/** Keys of the index `byAccount` for an item that is published at a time. They contain all that is queried. */
export const accountTimeKeys = ({ workspaceId, accountId, publishAt, campaignId, id }: Timed): Item => ({
  byAccountPk: calendarOf(workspaceId, accountId),
  byAccountSk: `${new Date(publishAt).toISOString()}#${campaignId ?? ''}#${id}`,
});

export const accountTimeStore = (table: Table): AccountTimeStore => ({
  async between(workspaceId, accountIds, from, to) {
    const found = await Promise.all(
      accountIds.map(async (accountId) => {
        const items = await table.queryAll({
          IndexName: 'byAccount',
          KeyConditionExpression: 'byAccountPk = :account AND byAccountSk BETWEEN :from AND :to',
          ExpressionAttributeValues: {
            ':account': calendarOf(workspaceId, accountId),
            ':from': new Date(from).toISOString(),
            ':to': new Date(to).toISOString(),
          },
        });
        return items.map(({ byAccountSk }): AccountTime => {
          const [publishAt = '', campaignId = ''] = String(byAccountSk).split('#');
          return { accountId, publishAt, campaignId: campaignId === '' ? null : campaignId };
        });
      }),
    );
    return found.flat();
  },
});
