import type { ErrorCodes } from '#shared/errors.ts';

/** The error codes of this context, each with one sentence that says when it is answered. */
export const errorCodes = {
  invalid: {
    invalid_plan: 'The plan is impossible or too large; `fields` names what is wrong.',
    wall_time_invalid: 'A local time is not a time.',
  },
  'not-found': {
    campaign_not_found: 'There is no such campaign in this workspace.',
    planned_slot_not_found: 'The plan has no such slot.',
    post_not_found: 'One of the posts does not exist in this workspace; `fields` names it.',
  },
  conflict: {
    campaign_draft: 'The campaign has not been launched.',
    campaign_running: 'The campaign is running.',
    campaign_paused: 'The campaign is paused.',
    campaign_completed: 'The campaign is completed.',
    campaign_cancelled: 'The campaign was cancelled.',
    experiment_cannot_conclude:
      'The experiment has too few blocks to see even a doubling, and nobody has signed for it.',
    launch_blocked: 'The launch check has found blockers; `fields` names them.',
    launch_report_outdated: 'The launch check has changed since the version that was named. Read it again.',
    posts_unusable: 'Some of the posts cannot be in this campaign; `fields` says which and why.',
    slots_unlaunchable: 'Some slots are in the past or too far ahead; `fields` names them.',
  },
} as const satisfies ErrorCodes;

export type CampaignErrors = typeof errorCodes;
