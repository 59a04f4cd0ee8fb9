import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion, lostUpdate, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import type { Item, Key, PageRequest, Table, TransactWrite } from '#shared/table.ts';
import { Campaign } from '../domain/campaign.ts';
import { type CampaignStatus, Step } from '../domain/lifecycle.ts';
import type { WrittenPlan } from './plans.ts';

export interface CampaignStore {
  /** @throws DomainError `campaign_not_found`. */
  get(workspaceId: string, campaignId: string): Promise<Campaign>;
  /** Reads the campaign consistently. */
  find(workspaceId: string, campaignId: string): Promise<Campaign | undefined>;
  /** @param plan its first plan, if it has one */
  create(campaign: New<Campaign>, author: Author, plan?: WrittenPlan): Promise<Campaign>;
  /**
   * Writes the next version, with the step that led to its status and a version of its plan, if any.
   * @throws DomainError `changed_meanwhile` if it was written since it was read
   */
  save(campaign: Campaign, author: Author, plan?: WrittenPlan): Promise<Campaign>;
  /** Newest first. */
  list(
    workspaceId: string,
    filter: { status?: CampaignStatus | undefined; tag?: string | undefined; isTemplate: boolean },
    page: PageRequest,
  ): Promise<Page<Campaign>>;
  /** All status changes, oldest first. */
  steps(workspaceId: string, campaignId: string): Promise<Step[]>;
  /** Status changes, newest first. */
  listSteps(workspaceId: string, campaignId: string, page: PageRequest): Promise<Page<Step>>;
}

// Campaign ids sort by creation time, so that the primary key serves the list.
export const campaignKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `CAMPAIGN#${id}` });

const campaignItem = (campaign: Campaign): Item & Key => ({
  ...campaign,
  ...campaignKey(campaign.workspaceId, campaign.id),
  type: 'campaign',
});

const stepPrefix = (campaignId: string): string => `CAMPAIGN_STEP#${campaignId}#`;

const stepItem = ({ workspaceId, id }: Campaign, step: Step): Item & Key => ({
  ...step,
  pk: workspaceId,
  sk: stepPrefix(id) + String(step.version).padStart(9, '0'),
  ...{ type: 'campaign_step', workspaceId, campaignId: id },
});

const stepQuery = (workspaceId: string, campaignId: string) => ({
  KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :steps)',
  ExpressionAttributeValues: { ':workspace': workspaceId, ':steps': stepPrefix(campaignId) },
});

export const campaignStore = (table: Table): CampaignStore => {
  const find = async (workspaceId: string, campaignId: string): Promise<Campaign | undefined> => {
    const item = await table.get(campaignKey(workspaceId, campaignId));
    return item && entityOf(Campaign, item);
  };
  const saveAlone = entityWriter(table, campaignItem);
  const save = async (campaign: Campaign, author: Author, plan?: WrittenPlan): Promise<Campaign> => {
    const next = nextVersion(campaign, table.now(), author);
    const { lastStep } = next;
    const isStep = lastStep?.version === next.version;
    if (!isStep && !plan) return saveAlone(campaign, author);
    const writes: TransactWrite[] = [
      { put: campaignItem(next), condition: stillAt(campaign.version) },
      ...(isStep ? [{ put: stepItem(next, lastStep) }] : []),
      ...(plan ? [plan.head] : []),
    ];
    if (await table.transact(writes)) return next;
    await plan?.discard();
    throw lostUpdate();
  };
  return {
    find,
    async get(workspaceId, campaignId) {
      const campaign = await find(workspaceId, campaignId);
      if (!campaign) throw notFound('campaign');
      return campaign;
    },
    create: (campaign, author, plan) => save(firstVersion(campaign, table.now(), author), author, plan),
    save,
    list: (workspaceId, { status, tag, isTemplate }, page) =>
      table.queryPage(
        {
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :campaigns)',
          ExpressionAttributeValues: { ':workspace': workspaceId, ':campaigns': campaignKey(workspaceId, '').sk },
          ScanIndexForward: false,
        },
        page,
        (item) => {
          const campaign = entityOf(Campaign, item);
          const isOfTag = tag === undefined || campaign.tags.includes(tag);
          const isOfStatus = status === undefined || campaign.status === status;
          return isOfTag && isOfStatus && campaign.isTemplate === isTemplate ? campaign : undefined;
        },
      ),
    async steps(workspaceId, campaignId) {
      const items = await table.queryAll(stepQuery(workspaceId, campaignId));
      return items.map((item) => entityOf(Step, item));
    },
    listSteps: (workspaceId, campaignId, page) =>
      table.queryPage({ ...stepQuery(workspaceId, campaignId), ScanIndexForward: false }, page, (item) =>
        entityOf(Step, item),
      ),
  };
};
