import * as z from 'zod';
import { entityOf } from '#shared/entities.ts';
import type { Page } from '#shared/page.ts';
import { isNew, type Item, type Key, type PageRequest, type Table, type TransactWrite } from '#shared/table.ts';
import type { Campaign } from '../domain/campaign.ts';
import { PlanVersion, SavedPlan } from '../domain/plan-version.ts';
import { documentStore } from './documents.ts';

/** A version of a plan with the location of its document, which can span several items. */
const StoredVersion = PlanVersion.extend({ writing: z.string(), parts: z.int() });

/** A plan whose parts are written, but which takes effect only when its head is. */
export interface WrittenPlan {
  version: PlanVersion;
  head: TransactWrite;
  /** Deletes the parts, if another head was written first. */
  discard(): Promise<void>;
}

export interface PlanStore {
  /** Writes the parts of a plan. @param writing distinguishes concurrent writers of the same version */
  write(
    workspaceId: string,
    campaignId: string,
    version: PlanVersion,
    plan: SavedPlan,
    writing: string,
  ): Promise<WrittenPlan>;
  /** The plan of that version; undefined if there is none. */
  find(workspaceId: string, campaignId: string, version: number): Promise<SavedPlan | undefined>;
  findVersion(workspaceId: string, campaignId: string, version: number): Promise<PlanVersion | undefined>;
  /** All versions, oldest first. */
  versions(workspaceId: string, campaignId: string): Promise<PlanVersion[]>;
  /** Records who applied this version of the plan, when and why; only the first time counts. */
  noteApplied(
    campaign: Pick<Campaign, 'workspaceId' | 'id' | 'planVersion'>,
    applied: NonNullable<PlanVersion['applied']>,
  ): Promise<void>;
  /** Newest first. */
  listVersions(workspaceId: string, campaignId: string, page: PageRequest): Promise<Page<PlanVersion>>;
}

const prefixOf = (campaignId: string): string => `PLAN#${campaignId}#`;

const headKey = (workspaceId: string, campaignId: string, version: number): Key => ({
  pk: workspaceId,
  sk: prefixOf(campaignId) + String(version).padStart(6, '0'),
});

const documentKey = (workspaceId: string, campaignId: string, version: number, writing: string): Key => ({
  pk: workspaceId,
  sk: `PLAN_PART#${campaignId}#${String(version).padStart(6, '0')}#${writing}`,
});

export const planStore = (table: Table): PlanStore => {
  const documents = documentStore(table);
  const query = (workspaceId: string, campaignId: string) => ({
    KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :plans)',
    ExpressionAttributeValues: { ':workspace': workspaceId, ':plans': prefixOf(campaignId) },
  });
  const findStored = async (workspaceId: string, campaignId: string, version: number) => {
    const item = await table.get(headKey(workspaceId, campaignId, version));
    return item && entityOf(StoredVersion, item);
  };
  return {
    async write(workspaceId, campaignId, version, plan, writing) {
      const key = documentKey(workspaceId, campaignId, version.version, writing);
      const parts = await documents.put(key, 'plan_part', plan);
      const item: Item & Key = {
        ...version,
        ...headKey(workspaceId, campaignId, version.version),
        ...{ type: 'plan', workspaceId, campaignId, writing, parts },
      };
      return {
        version,
        head: { put: item, condition: isNew },
        discard: () => documents.delete(key, parts),
      };
    },
    async find(workspaceId, campaignId, version) {
      const stored = await findStored(workspaceId, campaignId, version);
      if (!stored) return undefined;
      return SavedPlan.parse(
        await documents.get(documentKey(workspaceId, campaignId, version, stored.writing), stored.parts),
      );
    },
    async findVersion(workspaceId, campaignId, version) {
      const stored = await findStored(workspaceId, campaignId, version);
      return stored && PlanVersion.parse(stored);
    },
    async versions(workspaceId, campaignId) {
      const items = await table.queryAll(query(workspaceId, campaignId));
      return items.map((item) => PlanVersion.parse(entityOf(StoredVersion, item)));
    },
    async noteApplied({ workspaceId, id, planVersion }, applied) {
      await table.update(headKey(workspaceId, id, planVersion), {
        UpdateExpression: 'SET applied = :applied',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(applied)',
        ExpressionAttributeValues: { ':applied': applied },
      });
    },
    listVersions: (workspaceId, campaignId, page) =>
      table.queryPage({ ...query(workspaceId, campaignId), ScanIndexForward: false }, page, (item) =>
        PlanVersion.parse(entityOf(StoredVersion, item)),
      ),
  };
};
