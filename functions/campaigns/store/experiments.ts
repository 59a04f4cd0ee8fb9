import * as z from 'zod';
import { entityOf } from '#shared/entities.ts';
import { isNew, type Key, type Table } from '#shared/table.ts';
import { Instant } from '#shared/time.ts';
import { ExperimentCounts, VariantContent } from '../domain/experiment.ts';
import { documentStore } from './documents.ts';

/** The counted metrics of one slot: the first reading of its post after maturity. */
export const CountedSlot = z.object({ slotId: z.string(), measuredAt: Instant, counts: ExperimentCounts });
export type CountedSlot = z.infer<typeof CountedSlot>;

/** Where contents are stored. They are never changed; another registration writes new ones. */
export interface WrittenContents {
  writing: string;
  parts: number;
}

/** Contents of experiment variants, and the counted metrics of their slots. */
export interface ExperimentStore {
  putContents(
    workspaceId: string,
    campaignId: string,
    writing: string,
    contents: readonly VariantContent[],
  ): Promise<WrittenContents>;
  contents(workspaceId: string, campaignId: string, written: WrittenContents): Promise<VariantContent[]>;
  deleteContents(workspaceId: string, campaignId: string, written: WrittenContents): Promise<void>;
  /** Stores the counted metrics of a slot. False if other metrics were counted before; those stay. */
  keepCount(workspaceId: string, campaignId: string, counted: CountedSlot): Promise<boolean>;
  /** All counted metrics by slot id, read consistently. */
  counts(workspaceId: string, campaignId: string): Promise<Map<string, CountedSlot>>;
}

const countPrefix = (campaignId: string): string => `TRIAL_COUNT#${campaignId}#`;

export const experimentStore = (table: Table): ExperimentStore => {
  const documents = documentStore(table);
  const contentsKey = (workspaceId: string, campaignId: string, writing: string): Key => ({
    pk: workspaceId,
    sk: `TRIAL_CONTENT#${campaignId}#${writing}`,
  });
  return {
    async putContents(workspaceId, campaignId, writing, contents) {
      const key = contentsKey(workspaceId, campaignId, writing);
      return { writing, parts: await documents.put(key, 'trial_content', contents) };
    },
    async contents(workspaceId, campaignId, { writing, parts }) {
      return z.array(VariantContent).parse(await documents.get(contentsKey(workspaceId, campaignId, writing), parts));
    },
    deleteContents: (workspaceId, campaignId, { writing, parts }) =>
      documents.delete(contentsKey(workspaceId, campaignId, writing), parts),
    async keepCount(workspaceId, campaignId, counted) {
      const key = { pk: workspaceId, sk: countPrefix(campaignId) + counted.slotId };
      if (await table.put({ ...counted, ...key, type: 'trial_count', workspaceId, campaignId }, isNew)) return true;
      const standing = await table.get(key);
      return standing?.measuredAt === counted.measuredAt;
    },
    async counts(workspaceId, campaignId) {
      const items = await table.queryAll({
        KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :counts)',
        ExpressionAttributeValues: { ':workspace': workspaceId, ':counts': countPrefix(campaignId) },
        ConsistentRead: true,
      });
      return new Map(items.map((item) => entityOf(CountedSlot, item)).map((counted) => [counted.slotId, counted]));
    },
  };
};
