import type { ErrorCodes } from '#shared/errors.ts';

/** The error codes of this context, each with one sentence on when it is returned. */
export const errorCodes = {
  invalid: {
    invalid_plan: 'The plan cannot be carried out; `fields` says what to fix.',
    invalid_experiment: 'The experiment does not fit the plan; `fields` says what to fix.',
    wall_time_invalid: 'A local time is malformed.',
  },
  forbidden: {
    campaign_is_launched: 'The campaign is launched: changing its budget requires permission `campaigns:launch`.',
  },
  'not-found': {
    campaign_not_found: 'There is no such campaign in this workspace.',
    experiment_not_found: 'The campaign has no experiment.',
    launch_report_not_found: 'The campaign has no launch report yet. Check it first.',
    plan_version_not_found: 'The campaign has no such version of its plan.',
    automation_not_found: 'There is no such automation in this workspace.',
    automation_run_not_found: 'There is no such run of an automation in this workspace.',
    campaign_slot_not_found: 'The launched campaign has no such slot.',
    planned_slot_not_found: 'The plan has no such slot.',
    post_not_found: 'Some of the posts do not exist in this workspace; `fields` names them.',
  },
  conflict: {
    too_many_automations: 'The workspace has the maximum number of automations. Delete one first.',
    run_ended: 'The run has ended.',
    campaign_draft: 'The campaign is a draft, which does not allow this.',
    campaign_in_review: 'The campaign is in review, which does not allow this.',
    campaign_approved: 'The campaign is approved, which does not allow this.',
    campaign_launching: 'The campaign is being launched. Wait until it is running, or cancel it.',
    campaign_running: 'The campaign is running, which does not allow this.',
    campaign_paused: 'The campaign is paused, which does not allow this.',
    campaign_completed: 'The campaign is completed and can only be archived or cloned.',
    campaign_cancelled: 'The campaign is cancelled and can only be archived or cloned.',
    campaign_archived: 'The campaign is archived and can only be cloned.',
    campaign_changing: 'A newer plan of the campaign is being applied. Wait until it is done.',
    campaign_is_template: 'The campaign is a template. Clone it and use the clone.',
    campaign_without_plan: 'The campaign has no plan. Add one first.',
    launch_blocked:
      'The launch check found blockers; `fields` lists them. Resolve them, then check the campaign again.',
    plan_applied: 'The latest version of the plan is already in effect. Save a new version first.',
    slot_published: 'The slot is already published.',
    slot_being_published: 'The slot is being published, or due within a minute.',
    slot_failed: 'The slot failed. Schedule its post instead.',
    slot_dropped: 'The slot was dropped from the campaign. Schedule its post instead.',
    launch_report_outdated:
      'The launch report is neither the latest nor the one in review, is about an older plan, or is more than 7 days old. ' +
      'Get the latest report, or check the campaign again.',
  },
  unprocessable: {
    invalid_automation: 'The automation cannot work as defined; `fields` lists what to fix.',
  },
  unavailable: {
    automation_not_settled:
      'No further step begins, but one that had begun may still be under way. Repeat the request after the number of seconds ' +
      'in `Retry-After`.',
    stop_not_settled:
      'The campaign is stopped, but X has not yet responded to an earlier call. Repeat the request after the number of ' +
      'seconds in `Retry-After`.',
  },
} as const satisfies ErrorCodes;

export type CampaignErrors = typeof errorCodes;
