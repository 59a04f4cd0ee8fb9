import { capability } from '#shared/http/operation.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { LaunchReport } from '../domain/launch-report.ts';
import { refusedIn } from '../domain/lifecycle.ts';
import { CampaignView, forReadersOfUsage, onCampaign, reportRequest } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Campaign launch',
  group: 'Campaigns',
  description: 'Check what blocks the launch of a campaign and what the campaign costs, then launch it.',
});

const LaunchReportView = LaunchReport.extend({
  cost: LaunchReport.shape.cost.optional().meta({ description: `Cost of the plan. ${forReadersOfUsage}.` }),
  forecast: LaunchReport.shape.forecast
    .optional()
    .meta({ description: `Spending of the plan compared with the budget. ${forReadersOfUsage}.` }),
}).meta({ id: 'LaunchReportView', description: LaunchReport.meta()?.description ?? '' });

const isOver = refusedIn('completed', 'cancelled', 'archived');
const isLaunched = refusedIn('launching', 'running', 'paused');

export const checkCampaign = operation({
  id: 'checkCampaign',
  method: 'POST',
  path: '/v1/campaigns/{campaignId}/check',
  summary: 'Check a campaign before its launch, or before a newer plan is applied',
  description:
    'Creates drafts from its templates, checks accounts, content, approvals, media, budget, limits and other campaigns, ' +
    'and writes a launch report. For a running or paused campaign, it checks what is still to be published and reports ' +
    'what the latest plan changes. Poll the campaign until `check.status` is not `running`, then get the report.',
  access: 'campaigns:write',
  request: { path: onCampaign },
  response: CampaignView,
  status: 202,
  errors: {
    'not-found': ['campaign_not_found'],
    conflict: [
      'campaign_launching',
      'campaign_changing',
      ...isOver,
      'campaign_is_template',
      'campaign_without_plan',
      'changed_meanwhile',
    ],
  },
  etag: true,
  ifMatch: 'optional',
  limit: 'costly',
});

export const getLaunchReport = operation({
  id: 'getLaunchReport',
  method: 'GET',
  path: '/v1/campaigns/{campaignId}/launch-report',
  summary: 'Get the latest launch report of a campaign',
  description:
    'Blockers and warnings, each with what it is about and what to do, and the cost. To submit, launch or apply, pass its ' +
    '`version` as `reportVersion`; to approve, pass `review.reportVersion` of the campaign.',
  access: 'campaigns:read',
  request: { path: onCampaign },
  response: LaunchReportView,
  errors: { 'not-found': ['campaign_not_found', 'launch_report_not_found'] },
});

export const launchCampaign = operation({
  id: 'launchCampaign',
  method: 'POST',
  path: '/v1/campaigns/{campaignId}/launch',
  summary: 'Launch a campaign',
  description:
    'Launches a draft or an approved campaign. The campaign is checked again: if something differs from the report, ' +
    'nothing is launched. Otherwise all slots are set up, or none. Poll the campaign until `status` is not `launching`: ' +
    '`launch` has the progress and, after a failure, the reason. A launch without progress for two minutes can be repeated.',
  access: 'campaigns:launch',
  request: { path: onCampaign, body: reportRequest() },
  response: CampaignView,
  status: 202,
  errors: {
    'not-found': ['campaign_not_found'],
    conflict: [
      'campaign_in_review',
      ...isLaunched,
      ...isOver,
      'launch_report_outdated',
      'launch_blocked',
      'changed_meanwhile',
    ],
  },
  etag: true,
  ifMatch: 'optional',
});

export const operations = [checkCampaign, getLaunchReport, launchCampaign] as const;
