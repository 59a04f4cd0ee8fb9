import { isDeepStrictEqual } from 'node:util';
import * as events from '#events/campaigns.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { automationEvents } from './automations/changes.ts';
import { nothing, warningsBetween } from './budget/reserve.ts';
import { Campaign, campaignFields } from './domain/campaign.ts';
import type { CampaignExperiment } from './domain/experiment.ts';
import { Spending } from './domain/pass.ts';
import { Slot } from './domain/slot.ts';

/** What a write of this context's table means to the others. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  if (after?.type === 'campaign') {
    return campaignEvents(before && entityOf(Campaign, before), entityOf(Campaign, after));
  }
  // One that a later launch did not take over: its last version has no time left to live.
  if (after?.type === 'slot' && after.ttl !== undefined) return [droppedEvent(entityOf(Slot, after))];
  if (after?.type === 'spending') {
    return spendingEvents(before && entityOf(Spending, before), entityOf(Spending, after));
  }
  if (after && String(after.type).startsWith('automation')) return automationEvents(before, after);
  if (after?.type === 'slot') return slotEvents(before && entityOf(Slot, before), entityOf(Slot, after));
  return [];
};

const described = Object.keys(campaignFields) as (keyof typeof campaignFields)[];

/** What people have registered: the outcome is no change of it. */
const registered = (experiment: CampaignExperiment | null) => experiment && { ...experiment, conclusion: null };

const isChange = (before: Campaign, campaign: Campaign): boolean =>
  described.some((field) => !isDeepStrictEqual(before[field], campaign[field])) ||
  !isDeepStrictEqual(registered(before.experiment), registered(campaign.experiment));

/** What other contexts go by. */
const detailsOf = ({ name, utm, goals, budget, experiment }: Campaign) => ({
  name,
  utm,
  goals,
  budgetMicros: budget?.maxMicros ?? null,
  maturityHours: experiment?.maturityHours ?? null,
});

const campaignEvents = (before: Campaign | undefined, campaign: Campaign): DomainEvent[] => {
  const { id, planVersion, slotCount, endsAt, check, report, launch, run, experiment } = campaign;
  const conclusion = experiment?.conclusion;
  return [
    ...(before ? [] : [tell(events.CampaignCreated, campaign, id, detailsOf(campaign))]),
    ...(before && isChange(before, campaign) ? [tell(events.CampaignChanged, campaign, id, detailsOf(campaign))] : []),
    ...(planVersion > (before?.planVersion ?? 0)
      ? [tell(events.CampaignPlanned, campaign, id, { planVersion, slots: slotCount, endsAt })]
      : []),
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
    // A launch that broke off is asked for again without a change of the status.
    ...(launch && !launch.failure && launch.number !== before?.launch?.number
      ? [
          tell(events.CampaignLaunchRequested, campaign, id, {
            ...{ number: launch.number, kind: launch.kind, reportVersion: launch.reportVersion },
          }),
        ]
      : []),
    ...(launch?.kind === 'change' && launch.endedAt !== null && before?.launch?.endedAt === null
      ? [tell(events.CampaignPlanApplied, campaign, id, { run, planVersion: campaign.appliedPlanVersion })]
      : []),
    ...(conclusion && !before?.experiment?.conclusion
      ? [
          tell(events.CampaignExperimentConcluded, campaign, id, {
            outcome: conclusion.outcome,
            variant: conclusion.variant,
          }),
        ]
      : []),
    ...(before && before.status !== campaign.status ? statusEvents(before, campaign) : []),
  ];
};

const statusEvents = (before: Campaign, campaign: Campaign): DomainEvent[] => {
  const { id, run, result, review } = campaign;
  const ofReview = { reportVersion: review?.reportVersion ?? '' };
  switch (campaign.status) {
    case 'draft':
      return before.status === 'launching' ? [] : [tell(events.CampaignRevised, campaign, id, { from: before.status })];
    case 'in_review':
      return [tell(events.CampaignSubmitted, campaign, id, ofReview)];
    case 'approved':
      return before.status === 'launching' ? [] : [tell(events.CampaignApproved, campaign, id, ofReview)];
    case 'launching':
      return [];
    case 'running':
      return [tell(before.run > 0 ? events.CampaignResumed : events.CampaignLaunched, campaign, id, { run })];
    case 'paused':
      return [tell(events.CampaignPaused, campaign, id, {})];
    case 'cancelled':
      return [tell(events.CampaignCancelled, campaign, id, {})];
    case 'completed':
      return result ? [tell(events.CampaignCompleted, campaign, id, result)] : [];
    case 'archived':
      return [tell(events.CampaignArchived, campaign, id, {})];
  }
};

const spendingEvents = (before: Spending | undefined, spending: Spending): DomainEvent[] => {
  const { campaignId, budget, micros, posts } = spending;
  if (!budget) return [];
  return warningsBetween(budget, before ?? nothing, spending).map(({ of, percent }) =>
    tell(events.CampaignBudgetWarning, spending, campaignId, { of, percent, micros, posts }),
  );
};

const slotEvents = (before: Slot | undefined, slot: Slot): DomainEvent[] => {
  const { id: slotId, campaignId, postId, publishAt, timeZone, planVersion, askedAt, launch, trial, templateId } = slot;
  const isClaimed = before?.launch !== launch || before.postId !== postId;
  const isPlanned = planVersion > (before?.planVersion ?? 0);
  if (slot.letGo && !before?.letGo) return [letGoEvent(slot, slot.letGo)];
  return [
    ...(isClaimed
      ? [
          tell(events.CampaignSlotClaimed, slot, slotId, {
            campaignId,
            slotId,
            postId,
            variant: trial?.variant ?? null,
            templateId,
          }),
        ]
      : []),
    ...(isPlanned
      ? [
          tell(events.CampaignSlotPlanned, slot, slotId, {
            ...{ campaignId, slotId, postId, publishAt, timeZone, planVersion },
            askedAt,
          }),
        ]
      : []),
  ];
};

const letGoEvent = (slot: Slot, { at: askedAt, why }: NonNullable<Slot['letGo']>): DomainEvent => {
  const { id: slotId, campaignId, postId, planVersion } = slot;
  return tell(events.CampaignSlotDropped, slot, slotId, { campaignId, slotId, postId, why, planVersion, askedAt });
};

const droppedEvent = (slot: Slot): DomainEvent => {
  const { id: slotId, campaignId, postId } = slot;
  return tell(events.CampaignSlotDropped, slot, slotId, { campaignId, slotId, postId });
};
