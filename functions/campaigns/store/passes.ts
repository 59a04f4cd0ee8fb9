import type { Author } from '#shared/actor.ts';
import { entityOf } from '#shared/entities.ts';
import { isNew, type Item, type Key, type Table, type TransactWrite } from '#shared/table.ts';
import type { Amount, Budget } from '../domain/budget.ts';
import { Pass, Spending } from '../domain/pass.ts';

/** A change to the spending of a campaign, and the maximum spending before it; null: no maximum. */
export interface Counted {
  by: Amount;
  budget: Budget | null;
  room: { micros: number | null; posts: number | null };
}

type OnPost = Pick<Pass, 'workspaceId' | 'campaignId' | 'postId'>;
type OnCampaign = Pick<Pass, 'workspaceId' | 'campaignId'>;

export interface PassStore {
  find(of: OnPost): Promise<Pass | undefined>;
  /**
   * Writes the pass in place of `before`, and adds the change, if any, to the spending. False if the pass was written
   * since it was read, or the spending exceeds the maximum.
   */
  write(pass: Pass, before: Pass | undefined, counted: Counted, author: Author): Promise<boolean>;
  /** The passes whose calls may still land at X, read consistently. */
  sending(of: OnCampaign): Promise<Pass[]>;
  /** The posts whose cost is in the spending: on their way to X, held after they were permitted, or published. */
  counted(of: OnCampaign): Promise<ReadonlySet<string>>;
  /** What is spent and reserved; undefined before the first pass. */
  spending(of: OnCampaign): Promise<Spending | undefined>;
}

const prefixOf = (campaignId: string): string => `PASS#${campaignId}#`;
const passKey = ({ workspaceId, campaignId, postId }: OnPost): Key => ({
  pk: workspaceId,
  sk: prefixOf(campaignId) + postId,
});
const spendingKey = ({ workspaceId, campaignId }: OnCampaign): Key => ({
  pk: workspaceId,
  sk: `SPENDING#${campaignId}`,
});

const nothing = ({ by: { micros, posts } }: Counted): boolean => micros === 0 && posts === 0;

export const passStore = (table: Table): PassStore => {
  /** Returns the passes of a campaign that the filter accepts, read consistently. */
  const passesOf = async ({ workspaceId, campaignId }: OnCampaign, filter: string, values: Item): Promise<Pass[]> => {
    const items = await table.queryAll({
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :passes)',
      FilterExpression: filter,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':workspace': workspaceId, ':passes': prefixOf(campaignId), ...values },
    });
    return items.map((item) => entityOf(Pass, item));
  };
  return {
    async find(of) {
      const item = await table.get(passKey(of));
      return item && entityOf(Pass, item);
    },
    async write(pass, before, counted, author) {
      const item: Item & Key = { ...pass, ...passKey(pass), type: 'pass' };
      const condition = before ? sameAs(before) : isNew;
      if (nothing(counted)) return table.put(item, condition);
      return table.transact([{ put: item, condition }, countWrite(pass, counted, table.now(), author)]);
    },
    sending: (of) =>
      passesOf(of, '#state = :sending AND landsBy > :now', {
        ':sending': 'sending',
        ':now': table.now().toISOString(),
      }),
    async counted(of) {
      const passes = await passesOf(of, '#state <> :released', { ':released': 'released' });
      return new Set(passes.map(({ postId }) => postId));
    },
    async spending(of) {
      const item = await table.get(spendingKey(of));
      return item && entityOf(Spending, item);
    },
  };
};

/** Condition that the pass is unchanged since it was read: every write changes its state or `permittedAt`. */
const sameAs = ({ state, permittedAt }: Pass) => ({
  ConditionExpression: '#state = :state AND permittedAt = :permittedAt',
  ExpressionAttributeNames: { '#state': 'state' },
  ExpressionAttributeValues: { ':state': state, ':permittedAt': permittedAt },
});

const countWrite = (of: OnCampaign, { by, budget, room }: Counted, now: Date, author: Author): TransactWrite => {
  const bounds = [
    ...(room.micros === null ? [] : ['(attribute_not_exists(micros) OR micros <= :roomMicros)']),
    ...(room.posts === null ? [] : ['(attribute_not_exists(posts) OR posts <= :roomPosts)']),
  ];
  return {
    update: spendingKey(of),
    with: {
      UpdateExpression:
        'SET micros = if_not_exists(micros, :zero) + :micros, posts = if_not_exists(posts, :zero) + :posts, ' +
        'version = if_not_exists(version, :zero) + :one, createdAt = if_not_exists(createdAt, :now), ' +
        'updatedAt = :now, changedBy = :actor, correlationId = :correlation, budget = :budget, #type = :type, ' +
        'workspaceId = :workspace, campaignId = :campaign',
      ...(bounds.length > 0 && { ConditionExpression: bounds.join(' AND ') }),
      ExpressionAttributeNames: { '#type': 'type' },
      ExpressionAttributeValues: {
        ...{ ':zero': 0, ':one': 1, ':micros': by.micros, ':posts': by.posts, ':now': now.toISOString() },
        ...{ ':actor': author.actor, ':correlation': author.correlationId, ':budget': budget, ':type': 'spending' },
        ...{ ':workspace': of.workspaceId, ':campaign': of.campaignId },
        ...(room.micros !== null && { ':roomMicros': room.micros }),
        ...(room.posts !== null && { ':roomPosts': room.posts }),
      },
    },
  };
};
