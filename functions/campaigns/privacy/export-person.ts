import { entityOf } from '#shared/entities.ts';
import { CampaignId } from '#shared/ids.ts';
import { type ExportSection, isChangedBy } from '#shared/privacy/export-person.ts';
import { Automation } from '../domain/automation.ts';
import { Campaign } from '../domain/campaign.ts';
import { Step } from '../domain/lifecycle.ts';
import { PlanVersion } from '../domain/plan-version.ts';
import { versionOf } from '../store/automations.ts';

const OfCampaign = { campaignId: CampaignId };

/**
 * Campaigns that the person last changed or owns (only the audit trail has earlier changes); their sign-offs; what they
 * did with campaigns and plans, with their notes; automations that they last changed or switched on, and versions that
 * they saved.
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
  {
    kind: 'automation',
    partition: (workspaceId) => workspaceId,
    prefix: 'AUTOMATION#',
    shareOf: (item, personId) => {
      const automation = entityOf(Automation, item);
      const { id: automationId, name, status, by, switchedAt } = automation;
      const isTheirs = isChangedBy(automation, personId) || by?.personId === personId;
      return isTheirs ? { automationId, name, status, switchedAt } : undefined;
    },
  },
  {
    kind: 'automation_version',
    partition: (workspaceId) => workspaceId,
    prefix: 'AUTOMATION_VERSION#',
    shareOf: (item, personId) => {
      const { automationId, version, definition, savedAt, savedBy } = versionOf(item);
      return savedBy === personId ? { automationId, version, name: definition.name, savedAt } : undefined;
    },
  },
];
