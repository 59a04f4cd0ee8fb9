import { isDeepStrictEqual } from 'node:util';
import * as events from '#events/campaigns.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Campaign } from '../domain/campaign.ts';

/** Events of checks and launches, when requested and when they end. */
export const launchEvents = (before: Campaign | undefined, campaign: Campaign): DomainEvent[] => {
  const { id, check, report, launch } = campaign;
  return [
    ...(check?.status === 'running' && check.number !== before?.check?.number
      ? [tell(events.CampaignCheckRequested, campaign, id, { number: check.number })]
      : []),
    ...(report && !isDeepStrictEqual(report, before?.report)
      ? [
          tell(events.CampaignChecked, campaign, id, {
            reportVersion: report.version,
            canLaunch: report.canLaunch,
          }),
        ]
      : []),
    ...(launch?.failure && !before?.launch?.failure
      ? [
          tell(events.CampaignLaunchFailed, campaign, id, {
            ...{ number: launch.number, kind: launch.kind, code: launch.failure.code },
          }),
        ]
      : []),
    // A stalled launch is requested again without a change of the status.
    ...(launch && !launch.failure && launch.number !== before?.launch?.number
      ? [
          tell(events.CampaignLaunchRequested, campaign, id, {
            ...{ number: launch.number, kind: launch.kind, reportVersion: launch.reportVersion },
          }),
        ]
      : []),
  ];
};
