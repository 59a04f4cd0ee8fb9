import type { Deps } from '../deps.ts';
import { type Campaign, isOver } from '../domain/campaign.ts';
import type { CheckPart } from '../domain/check.ts';
import type { Trial } from '../domain/experiment.ts';
import type { Slot, SlotStatus } from '../domain/slot.ts';
import type { CountedSlot } from '../store/experiments.ts';
import type { ObservedBlock, SlotState } from './observed.ts';

/** A slot of an experiment, before or after the launch. */
export interface ObservedSlot {
  slotKey: string;
  accountId: string;
  postId: string;
  /** UTC. */
  publishAt: string;
  trial: Trial;
  status: SlotStatus;
  /** UTC; null: not yet. */
  publishedAt: string | null;
  counted: CountedSlot | null;
}

/** Slots of the experiment in order of time: those of the launch, or before it those of the latest check. */
export const observedSlots = async (
  { slots, checks, experiments }: Pick<Deps, 'slots' | 'checks' | 'experiments'>,
  campaign: Campaign,
): Promise<ObservedSlot[]> => {
  const { workspaceId, id } = campaign;
  const found =
    campaign.run > 0
      ? observedOf(await slots.ofCampaign(workspaceId, id), await experiments.counts(workspaceId, id))
      : (await checkedParts(checks, campaign))
          .flatMap((part) => part.slots)
          .flatMap(({ trial, ...slot }): ObservedSlot[] =>
            trial ? [{ ...slot, trial, status: 'open', publishedAt: null, counted: null }] : [],
          );
  return found.sort((one, other) => Date.parse(one.publishAt) - Date.parse(other.publishAt));
};

/** Parts of the latest check, unless the plan or the experiment has changed since. */
const checkedParts = async (
  checks: Deps['checks'],
  { workspaceId, id, planVersion, check, report, experiment }: Campaign,
): Promise<CheckPart[]> => {
  if (!report || !experiment || !check || check.planVersion !== planVersion) return [];
  const isSince = check.status === 'done' && Date.parse(check.requestedAt) >= Date.parse(experiment.registeredAt);
  return isSince ? checks.parts(workspaceId, id, report.checkId) : [];
};

const observedOf = (all: readonly Slot[], counts: ReadonlyMap<string, CountedSlot>): ObservedSlot[] =>
  all.flatMap(({ id, trial, ...slot }) => (trial ? [{ ...slot, trial, counted: counts.get(id) ?? null }] : []));

/** State of a slot. An unpublished slot of a campaign that has ended is lost. */
const stateOf = ({ status, publishedAt, counted }: ObservedSlot, campaign: Pick<Campaign, 'status'>): SlotState => {
  if (status === 'published' && publishedAt !== null) {
    return { status: 'published', publishedAt, counted: counted && { at: counted.measuredAt, counts: counted.counts } };
  }
  const isLost = status === 'failed' || status === 'dropped' || (isOver(campaign) && status !== 'published');
  return { status: isLost ? 'lost' : 'waiting' };
};

/** Blocks of an experiment, with the state of their slots. */
export const observedBlocks = (slots: readonly ObservedSlot[], campaign: Pick<Campaign, 'status'>): ObservedBlock[] =>
  [...Map.groupBy(slots, ({ trial }) => trial.block)].flatMap(([id, own]) => {
    const [first] = own;
    if (!first) return [];
    const { accountId, trial } = first;
    return {
      ...{ id, accountId, weekdayClass: trial.weekdayClass, hourBand: trial.hourBand },
      slots: own.map((slot) => ({ id: slot.slotKey, variant: slot.trial.variant, state: stateOf(slot, campaign) })),
    };
  });
