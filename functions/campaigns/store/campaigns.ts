import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion, lostUpdate, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { isNew, type Item, type Key, type PageRequest, type Table } from '#shared/table.ts';
import { Campaign, type CampaignStatus } from '../domain/campaign.ts';
import type { Claim } from '../domain/known-post.ts';
import type { Slot } from '../domain/slot.ts';
import { claimWrite } from './known-posts.ts';
import { slotItem } from './slots.ts';

/** What is written with a campaign, or not at all: the posts a draft takes, the slots of a launched one. */
export interface Along {
  claims?: readonly Claim[];
  slots?: readonly New<Slot>[];
}

export interface CampaignStore {
  /** @throws DomainError `campaign_not_found`. */
  get(workspaceId: string, campaignId: string): Promise<Campaign>;
  /** The campaign, read consistently. */
  find(workspaceId: string, campaignId: string): Promise<Campaign | undefined>;
  create(campaign: New<Campaign>, claims: readonly Claim[], author: Author): Promise<Campaign>;
  /** Writes the next version. @throws DomainError `changed_meanwhile` when it, or a post, was taken since it was read. */
  save(campaign: Campaign, author: Author, along?: Along): Promise<Campaign>;
  /** The newest first. */
  list(
    workspaceId: string,
    filter: { status?: CampaignStatus | undefined },
    page: PageRequest,
  ): Promise<Page<Campaign>>;
}

// A campaign's id sorts by the time it was made, so that its own key serves the list.
const campaignKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `CAMPAIGN#${id}` });

const campaignItem = (campaign: Campaign): Item & Key => ({
  ...campaign,
  ...campaignKey(campaign.workspaceId, campaign.id),
  type: 'campaign',
});

export const campaignStore = (table: Table): CampaignStore => {
  const find = async (workspaceId: string, campaignId: string): Promise<Campaign | undefined> => {
    const item = await table.get(campaignKey(workspaceId, campaignId));
    return item && entityOf(Campaign, item);
  };
  const saveAlone = entityWriter(table, campaignItem);
  const save = async (campaign: Campaign, author: Author, { claims = [], slots = [] }: Along = {}) => {
    if (claims.length === 0 && slots.length === 0) return saveAlone(campaign, author);
    const next = nextVersion(campaign, table.now(), author);
    const firstSlots = slots.map((slot) => nextVersion(firstVersion(slot, table.now(), author), table.now(), author));
    const written = await table.transact([
      { put: campaignItem(next), condition: stillAt(campaign.version) },
      ...claims.map((claim) => claimWrite(next, claim)),
      ...firstSlots.map((slot) => ({ put: slotItem(slot), condition: isNew })),
    ]);
    if (!written) throw lostUpdate();
    return next;
  };
  return {
    find,
    async get(workspaceId, campaignId) {
      const campaign = await find(workspaceId, campaignId);
      if (!campaign) throw notFound('campaign');
      return campaign;
    },
    create: (campaign, claims, author) => save(firstVersion(campaign, table.now(), author), author, { claims }),
    save,
    list: (workspaceId, { status }, page) =>
      table.queryPage(
        {
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :campaigns)',
          ExpressionAttributeValues: { ':workspace': workspaceId, ':campaigns': campaignKey(workspaceId, '').sk },
          ScanIndexForward: false,
        },
        page,
        (item) => {
          const campaign = entityOf(Campaign, item);
          return status === undefined || campaign.status === status ? campaign : undefined;
        },
      ),
  };
};
