import { entityOf } from '#shared/entities.ts';
import { CampaignId } from '#shared/ids.ts';
import { type ExportSection, isChangedBy } from '#shared/privacy/export-person.ts';
import { Campaign } from '../domain/campaign.ts';
import { Step } from '../domain/lifecycle.ts';
import { PlanVersion } from '../domain/plan-version.ts';

const OfCampaign = { campaignId: CampaignId };

/**
 * Campaigns that the person changed last, or answers for: who changed them before is kept in the audit trail alone. And
 * what they did with campaigns and their plans, with the notes that they wrote.
 */
export const exportSections: readonly ExportSection[] = [
  {
    kind: 'campaign',
    partition: (workspaceId) => workspaceId,
    prefix: 'CAMPAIGN#',
    shareOf: (item, personId) => {
      const campaign = entityOf(Campaign, item);
      const { id: campaignId, name, brief, status, ownerId, createdAt, updatedAt } = campaign;
      const isTheirs = isChangedBy(campaign, personId) || ownerId === personId;
      return isTheirs ? { campaignId, name, brief, status, createdAt, updatedAt } : undefined;
    },
  },
  {
    kind: 'experiment_sign_off',
    partition: (workspaceId) => workspaceId,
    prefix: 'CAMPAIGN#',
    shareOf: (item, personId) => {
      const { id: campaignId, experiment } = entityOf(Campaign, item);
      const signed = experiment?.signedOff;
      return signed?.by === personId ? { campaignId, at: signed.at, note: signed.note } : undefined;
    },
  },
  {
    kind: 'campaign_step',
    partition: (workspaceId) => workspaceId,
    prefix: 'CAMPAIGN_STEP#',
    shareOf: (item, personId) => {
      const { campaignId, transition, at, by, note } = entityOf(Step.extend(OfCampaign), item);
      return by === personId ? { campaignId, transition, at, note } : undefined;
    },
  },
  {
    kind: 'campaign_plan',
    partition: (workspaceId) => workspaceId,
    prefix: 'PLAN#',
    shareOf: (item, personId) => {
      const { campaignId, version, at, by, note } = entityOf(PlanVersion.extend(OfCampaign), item);
      return by === personId ? { campaignId, version, at, note } : undefined;
    },
  },
];
