import type { Item, Table } from '#shared/table.ts';

/** Something that goes out on an account at an instant (UTC). */
export interface AccountTime {
  accountId: string;
  publishAt: string;
  /** The campaign whose slot it is; null of a post that a person has scheduled. */
  campaignId: string | null;
}

export interface AccountTimeStore {
  /** What goes out on these accounts from an instant until another (UTC, exclusive). */
  between(workspaceId: string, accountIds: readonly string[], from: string, to: string): Promise<AccountTime[]>;
}

interface Timed {
  workspaceId: string;
  accountId: string;
  publishAt: string;
  campaignId: string | null;
  id: string;
}

/** The keys of the index `byAccount`, for an item that goes out at a time. All that is asked for stands in them. */
export const accountTimeKeys = ({ workspaceId, accountId, publishAt, campaignId, id }: Timed): Item => ({
  byAccountPk: `${workspaceId}#${accountId}`,
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
            ':account': `${workspaceId}#${accountId}`,
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
