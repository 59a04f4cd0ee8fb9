import * as z from 'zod';
import { shardOf } from '#shared/shards.ts';
import type { Item, Table } from '#shared/table.ts';

/** Position of a subject in its shard, to continue after it. */
export const SubjectPlace = z.object({ shard: z.int().min(0), after: z.string() });
export type SubjectPlace = z.infer<typeof SubjectPlace>;

/** Something that is checked once a day: an account, a campaign with goals, or the alert settings of a person. */
export interface FoundSubject {
  workspaceId: string;
  subject:
    | { type: 'account'; accountId: string }
    | { type: 'campaign'; campaignId: string }
    | { type: 'alerts'; personId: string };
  place: SubjectPlace;
}

export interface DailySubjectStore {
  /** Returns the next subjects of a shard, of all workspaces. */
  next(place: SubjectPlace, limit: number): Promise<FoundSubject[]>;
}

/** Returns the index keys by which daily checks find a subject. @param id the subject's, unique in all workspaces */
export const subjectKeys = (id: string) => ({ byDuePk: `SUBJECT#${shardOf(id)}`, byDueSk: id });

const Named = z.discriminatedUnion('type', [
  z.object({ type: z.literal('known_account'), accountId: z.string() }),
  z.object({ type: z.literal('known_campaign'), campaignId: z.string() }),
  z.object({ type: z.literal('alert_settings'), personId: z.string() }),
]);

const subjectOf = (item: Item): FoundSubject['subject'] => {
  const named = Named.parse(item);
  switch (named.type) {
    case 'known_account':
      return { type: 'account', accountId: named.accountId };
    case 'known_campaign':
      return { type: 'campaign', campaignId: named.campaignId };
    case 'alert_settings':
      return { type: 'alerts', personId: named.personId };
  }
};

export const dailySubjectStore = (table: Table): DailySubjectStore => ({
  async next({ shard, after }, limit) {
    const items = await table.queryFirst(
      {
        IndexName: 'byDue',
        keysOnly: true,
        KeyConditionExpression: 'byDuePk = :shard AND byDueSk > :after',
        // DynamoDB has no empty keys; a space sorts before all ids.
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
