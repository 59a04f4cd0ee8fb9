import type { ErrorCodes } from '#shared/errors.ts';

/** The error codes of this context, each with one sentence on when it is returned. */
export const errorCodes = {
  invalid: {
    invalid_period: 'The period starts after its end or after today, or is longer than 400 days.',
    too_many_points: 'The series would have more than 2,000 points. Choose longer intervals or a shorter period.',
    variant_needs_campaign: 'Variants belong to one campaign. Set `campaignId`.',
  },
  forbidden: {
    costs_not_allowed: "The report shows costs, which the caller's role may not read.",
    not_your_report: 'Only its creator, owners and admins can change, share or delete a report.',
  },
  'not-found': {
    published_post_not_found: 'The post does not exist in this workspace or is not published yet.',
    account_not_found: 'There is no such account in this workspace.',
    campaign_not_found: 'There is no such campaign in this workspace.',
    report_not_found: 'There is no such report in this workspace, or it was deleted.',
    report_share_not_found: 'The link to a report does not exist, has expired or was revoked.',
    saved_report_not_found: 'There is no such saved report in this workspace, or it was deleted.',
  },
  conflict: {
    retention_deletes_data: 'The shorter period would delete data. Set `deletesData` to confirm.',
    report_without_page: 'The report is not ready or was created without the format `page`.',
    too_many_report_shares: 'The report has the maximum number of links. Revoke one first.',
    too_many_saved_reports: 'The workspace has the maximum number of saved reports. Delete one first.',
    too_many_own_saved_reports: 'The caller has the maximum number of saved reports for one person. Delete one first.',
  },
  'rate-limited': {
    daily_limit: 'The limit per UTC day is reached. Retry after the number of seconds in `Retry-After`.',
  },
} as const satisfies ErrorCodes;

export type AnalyticsErrors = typeof errorCodes;
