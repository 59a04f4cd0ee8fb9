import type { ErrorCodes } from '#shared/errors.ts';

/** The error codes of this context, each with one sentence on when it is returned. */
export const errorCodes = {
  invalid: {
    invalid_period: 'The period starts after today, or is longer than 400 days.',
    too_many_points: 'The series would have more than 2,000 points. Choose longer intervals or a shorter period.',
    variant_needs_campaign: 'Series by variant are for one campaign: name it.',
  },
  'not-found': {
    published_post_not_found: 'The post does not exist in this workspace or is not published yet.',
    account_not_found: 'There is no such account in this workspace.',
    campaign_not_found: 'There is no such campaign in this workspace.',
  },
} as const satisfies ErrorCodes;

export type AnalyticsErrors = typeof errorCodes;
