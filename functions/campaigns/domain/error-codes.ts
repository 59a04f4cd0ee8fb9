import type { ErrorCodes } from '#shared/errors.ts';

/** The error codes of this context, each with one sentence on when it is answered. */
export const errorCodes = {
  invalid: {
    invalid_plan: 'The plan cannot be carried out; `fields` says what to fix.',
    wall_time_invalid: 'A local time is malformed.',
  },
  'not-found': {
    campaign_not_found: 'There is no such campaign in this workspace.',
    planned_slot_not_found: 'The plan has no such slot.',
    post_not_found: 'Some of the posts do not exist in this workspace; `fields` names them.',
  },
  conflict: {
    campaign_draft: 'The campaign is a draft. Launch it first.',
    campaign_running: 'The campaign is running.',
    campaign_paused: 'The campaign is paused.',
    campaign_completed: 'The campaign is completed and cannot be changed.',
    campaign_cancelled: 'The campaign is cancelled and cannot be changed.',
    experiment_cannot_conclude:
      'The experiment has too few blocks to detect even a doubling. Plan more blocks, or sign it off.',
    launch_blocked: 'The launch check found blockers; `fields` lists them. Resolve them first.',
    launch_report_outdated: 'The campaign has changed since the launch report. Review the new report first.',
    posts_unusable: 'Some of the posts cannot be used in this campaign; `fields` says which and why.',
    slots_unlaunchable: 'Some slots are in the past or too far ahead; `fields` names them. Change their times.',
  },
} as const satisfies ErrorCodes;

export type CampaignErrors = typeof errorCodes;
