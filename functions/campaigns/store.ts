import type { Author } from '#shared/actor.ts';
import {
  entityOf,
  entityWriter,
  firstVersion,
  isNew,
  lostUpdate,
  newerThan,
  nextVersion,
  stillAt,
  type Item,
  type Key,
  type PageRequest,
  type Table,
  type TransactWrite,
} from '#shared/dynamo.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { Campaign, type CampaignStatus } from './domain/campaign.ts';
import { KnownPost, type Claim, type KnownPostStatus } from './domain/known-post.ts';
import { Slot } from './domain/slot.ts';

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

export interface SlotStore {
  find(workspaceId: string, campaignId: string, slotId: string): Promise<Slot | undefined>;
  /** Writes the next version. @throws DomainError `changed_meanwhile`. */
  save(slot: Slot, author: Author): Promise<Slot>;
  /** The slots of a launched campaign, read consistently; none of a draft. */
  ofCampaign(workspaceId: string, campaignId: string): Promise<Slot[]>;
}

export interface KnownPostStore {
  find(workspaceId: string, postId: string): Promise<KnownPost | undefined>;
  /** Keeps what an event of that instant (UTC) told, unless a newer one told already. Who has the post stays. */
  learn(workspaceId: string, postId: string, entityVersion: number, status: KnownPostStatus, at: string): Promise<void>;
}

// A campaign's id sorts by the time it was made, so that its own key serves the list.
const campaignKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `CAMPAIGN#${id}` });
const slotPrefix = (campaignId: string) => `SLOT#${campaignId}#`;
const slotKey = (workspaceId: string, campaignId: string, id: string): Key => ({
  pk: workspaceId,
  sk: slotPrefix(campaignId) + id,
});
const postKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `POST#${id}` });

const campaignItem = (campaign: Campaign): Item & Key => ({
  ...campaign,
  ...campaignKey(campaign.workspaceId, campaign.id),
  type: 'campaign',
});

const slotItem = (slot: Slot): Item & Key => ({
  ...slot,
  ...slotKey(slot.workspaceId, slot.campaignId, slot.id),
  type: 'slot',
});

const claimWrite = ({ workspaceId, id: campaignId }: Campaign, { postId, slotId, seen }: Claim): TransactWrite => ({
  update: postKey(workspaceId, postId),
  with: {
    UpdateExpression: 'SET taken = :taken',
    ConditionExpression: seen === null ? 'attribute_not_exists(taken)' : 'taken.slotId = :seen',
    ExpressionAttributeValues: { ':taken': { campaignId, slotId }, ...(seen !== null && { ':seen': seen }) },
  },
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

export const slotStore = (table: Table): SlotStore => ({
  async find(workspaceId, campaignId, slotId) {
    const item = await table.get(slotKey(workspaceId, campaignId, slotId));
    return item && entityOf(Slot, item);
  },
  save: entityWriter(table, slotItem),
  async ofCampaign(workspaceId, campaignId) {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :slots)',
      ExpressionAttributeValues: { ':workspace': workspaceId, ':slots': slotPrefix(campaignId) },
      ConsistentRead: true,
    });
    return items.map((item) => entityOf(Slot, item));
  },
});

export const knownPostStore = (table: Table): KnownPostStore => ({
  async find(workspaceId, postId) {
    const item = await table.get(postKey(workspaceId, postId));
    return item && entityOf(KnownPost, item);
  },
  async learn(workspaceId, postId, entityVersion, status, at) {
    const { ConditionExpression, ExpressionAttributeValues } = newerThan(entityVersion);
    await table.update(postKey(workspaceId, postId), {
      UpdateExpression: `SET postId = :postId, workspaceId = :workspaceId, #type = :type, #status = :status,
        entityVersion = :entityVersion, #at = :at`,
      ConditionExpression,
      ExpressionAttributeNames: { '#type': 'type', '#status': 'status', '#at': 'at' },
      ExpressionAttributeValues: {
        ...ExpressionAttributeValues,
        ':postId': postId,
        ':workspaceId': workspaceId,
        ':type': 'known_post',
        ':status': status,
        ':at': at,
      },
    });
  },
});
