import * as z from 'zod';
import { newerThan } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { Instant } from '#shared/time.ts';
import { KnownCampaign } from '../domain/known-campaign.ts';
import { subjectKeys } from './daily-subjects.ts';

/** Known campaigns, from the events of `campaigns`. */
export interface KnownCampaignStore {
  find(workspaceId: string, campaignId: string): Promise<KnownCampaign | undefined>;
  /** Returns those campaigns that are known. */
  findAll(workspaceId: string, campaignIds: readonly string[]): Promise<KnownCampaign[]>;
  /** Stores what an event reported, unless a newer event was stored already. */
  learn(workspaceId: string, entityVersion: number, campaign: KnownCampaign): Promise<void>;
  /** Returns when the last post of its plan is published (UTC); null: not known. */
  findEnd(workspaceId: string, campaignId: string): Promise<string | null>;
  /** Stores what an event reported of its plan, unless a newer event was stored already. */
  learnEnd(workspaceId: string, entityVersion: number, campaignId: string, endsAt: string | null): Promise<void>;
}

const campaignKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `CAMPAIGN#${id}` });
const planKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `CAMPAIGN_PLAN#${id}` });

const KnownPlan = z.object({ endsAt: Instant.nullable() });

export const knownCampaignStore = (table: Table): KnownCampaignStore => ({
  async find(workspaceId, campaignId) {
    const item = await table.get(campaignKey(workspaceId, campaignId));
    return item && KnownCampaign.parse(item);
  },
  async findAll(workspaceId, campaignIds) {
    const items = await table.getAll([...new Set(campaignIds)].map((id) => campaignKey(workspaceId, id)));
    return items.map((item) => KnownCampaign.parse(item));
  },
  async learn(workspaceId, entityVersion, campaign) {
    const key = campaignKey(workspaceId, campaign.campaignId);
    await table.put(
      {
        ...campaign,
        ...key,
        // Daily checks track its goals.
        ...(campaign.goals.length > 0 && subjectKeys(campaign.campaignId)),
        ...{ type: 'known_campaign', workspaceId, entityVersion },
      },
      newerThan(entityVersion),
    );
  },
  async findEnd(workspaceId, campaignId) {
    const item = await table.get(planKey(workspaceId, campaignId));
    return item ? KnownPlan.parse(item).endsAt : null;
  },
  async learnEnd(workspaceId, entityVersion, campaignId, endsAt) {
    const item = { ...planKey(workspaceId, campaignId), type: 'known_plan', workspaceId, campaignId, endsAt };
    await table.put({ ...item, entityVersion }, newerThan(entityVersion));
  },
});
