import * as z from 'zod';
import { newerThan } from '#shared/entities.ts';
import { shardOf } from '#shared/shards.ts';
import type { Item, Key, Table } from '#shared/table.ts';

/** Where a subject stands among those of its shard; to go on after it. */
export const SubjectPlace = z.object({ shard: z.int().min(0), after: z.string() });
export type SubjectPlace = z.infer<typeof SubjectPlace>;

/** Something that is looked at once a day: an account, a campaign with goals, or what a person wants to be told of. */
export interface FoundSubject {
  workspaceId: string;
  subject:
    | { type: 'account'; accountId: string }
    | { type: 'campaign'; campaignId: string }
    | { type: 'alerts'; personId: string };
  place: SubjectPlace;
}

export interface InsightSubjectStore {
  /** Keeps that an account is there. */
  learnAccount(workspaceId: string, accountId: string, entityVersion: number): Promise<void>;
  /** Whether an account was ever connected in the workspace. */
  hasAccount(workspaceId: string, accountId: string): Promise<boolean>;
  /** The accounts that were ever connected in the workspace. */
  accounts(workspaceId: string): Promise<string[]>;
  /** The next subjects of a shard of all workspaces. */
  next(place: SubjectPlace, limit: number): Promise<FoundSubject[]>;
}

/** The keys by which a subject is found once a day. @param id the subject's, unique in all workspaces */
export const subjectKeys = (id: string) => ({ byDuePk: `SUBJECT#${shardOf(id)}`, byDueSk: id });

const accountPrefix = 'ACCOUNT#';
const accountKey = (workspaceId: string, accountId: string): Key => ({
  pk: workspaceId,
  sk: `${accountPrefix}${accountId}`,
});

const Named = z.discriminatedUnion('type', [
  z.object({ type: z.literal('account'), accountId: z.string() }),
  z.object({ type: z.literal('known_campaign'), campaignId: z.string() }),
  z.object({ type: z.literal('alert_settings'), personId: z.string() }),
]);

const subjectOf = (item: Item): FoundSubject['subject'] => {
  const named = Named.parse(item);
  if (named.type === 'account') return named;
  return named.type === 'known_campaign'
    ? { type: 'campaign', campaignId: named.campaignId }
    : { type: 'alerts', personId: named.personId };
};

export const insightSubjectStore = (table: Table): InsightSubjectStore => ({
  async learnAccount(workspaceId, accountId, entityVersion) {
    const item = { ...accountKey(workspaceId, accountId), ...subjectKeys(accountId), type: 'account' };
    await table.put({ ...item, workspaceId, accountId, entityVersion }, newerThan(entityVersion));
  },
  async hasAccount(workspaceId, accountId) {
    return (await table.get(accountKey(workspaceId, accountId))) !== undefined;
  },
  async accounts(workspaceId) {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': accountPrefix },
    });
    return items.map(({ accountId }) => String(accountId));
  },
  async next({ shard, after }, limit) {
    const items = await table.queryFirst(
      {
        IndexName: 'byDue',
        keysOnly: true,
        KeyConditionExpression: 'byDuePk = :shard AND byDueSk > :after',
        // No key is empty.
        ExpressionAttributeValues: { ':shard': `SUBJECT#${shard}`, ':after': after === '' ? ' ' : after },
      },
      limit,
    );
    return items.map((item) => ({
      workspaceId: String(item.workspaceId),
      subject: subjectOf(item),
      place: { shard, after: String(item.byDueSk) },
    }));
  },
});
