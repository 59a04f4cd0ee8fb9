import { canonicalOf } from '#shared/canonical.ts';
import { maxListed, type PlanDifference, type SavedPlan } from './plan-version.ts';
import type { PlannedSlot } from './planned-slot.ts';
import { contentDigestOf } from './slot.ts';

type Outline = SavedPlan['outline'];
type SlotChange = PlanDifference['slots'][number];

/** The slots of a plan, reduced to what differences compare. */
export const outlineOf = (slots: readonly PlannedSlot[]): Outline =>
  slots.map(({ slotKey, accountId, publishAt, content }) => ({
    slotKey,
    accountId,
    publishAt,
    contentDigest: contentDigestOf(content),
  }));

const settings = ['timeZone', 'policies', 'spacing', 'accountSpacing', 'blackouts', 'seed'] as const;

const bySlotKey = (outline: Outline) => new Map(outline.map((slot) => [slot.slotKey, slot]));

/**
 * All changes to slots from one version of a plan to another, in order of time.
 * @param before undefined for the first version
 */
export const slotChangesOf = (before: SavedPlan | undefined, after: SavedPlan): SlotChange[] => {
  const [old, now] = [bySlotKey(before?.outline ?? []), bySlotKey(after.outline)];
  return [
    ...after.outline.flatMap((slot) => changesOf(old.get(slot.slotKey), slot)),
    ...[...old.values()]
      .filter(({ slotKey }) => !now.has(slotKey))
      .map(({ slotKey, publishAt }) => ({ slotKey, kind: 'dropped' as const, before: publishAt, after: null })),
  ].sort((one, other) => timeOf(one) - timeOf(other));
};

/** The difference between two versions of a plan. @param before undefined for the first version */
export const differenceOf = (before: SavedPlan | undefined, after: SavedPlan): PlanDifference => {
  const changes = slotChangesOf(before, after);
  const counts = { added: 0, moved: 0, dropped: 0, content_replaced: 0 };
  for (const { kind } of changes) counts[kind] += 1;
  return {
    counts,
    slots: changes.slice(0, maxListed),
    settings: settings.filter((each) => before && canonicalOf(before.plan[each]) !== canonicalOf(after.plan[each])),
  };
};

const changesOf = (before: Outline[number] | undefined, after: Outline[number]): SlotChange[] => {
  const { slotKey, publishAt } = after;
  if (!before) return [{ slotKey, kind: 'added', before: null, after: publishAt }];
  const times = { slotKey, before: before.publishAt, after: publishAt };
  const isReplaced = before.accountId !== after.accountId || before.contentDigest !== after.contentDigest;
  return [
    ...(before.publishAt === publishAt ? [] : [{ ...times, kind: 'moved' as const }]),
    ...(isReplaced ? [{ ...times, kind: 'content_replaced' as const }] : []),
  ];
};

const timeOf = ({ before, after }: SlotChange): number => Date.parse(after ?? before ?? '');
