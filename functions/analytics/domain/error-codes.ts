import type { ErrorCodes } from '#shared/errors.ts';

/** The error codes of this context, each with one sentence on when it is returned. */
export const errorCodes = {
  'not-found': {
    published_post_not_found: 'The post does not exist in this workspace or is not published yet.',
    campaign_not_found: 'There is no such campaign in this workspace.',
  },
} as const satisfies ErrorCodes;

export type AnalyticsErrors = typeof errorCodes;
