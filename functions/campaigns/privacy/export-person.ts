import { entityOf } from '#shared/entities.ts';
import { type ExportSection, isChangedBy } from '#shared/privacy/export-person.ts';
import { Campaign } from '../domain/campaign.ts';

/** Campaigns that the person changed last: who did so before is kept in the audit trail alone. */
export const exportSections: readonly ExportSection[] = [
  {
    kind: 'campaign',
    partition: (workspaceId) => workspaceId,
    prefix: 'CAMPAIGN#',
    shareOf: (item, personId) => {
      const campaign = entityOf(Campaign, item);
      const { id: campaignId, name, status, createdAt, updatedAt } = campaign;
      return isChangedBy(campaign, personId) ? { campaignId, name, status, createdAt, updatedAt } : undefined;
    },
  },
];
