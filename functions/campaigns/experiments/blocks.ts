import { DomainError } from '#shared/errors.ts';
import type { Block, Experiment, WeekdayClass } from '../domain/experiment.ts';
import { assigned } from './assignment.ts';

/** A slot of the plan. `wallTime` is local time for its audience: `2026-11-22T09:03`. */
export interface PlannedSlot {
  id: string;
  accountId: string;
  wallTime: string;
}

const bandHours = 4;

/** Weekday class and hour band of a wall time. @throws DomainError `invalid` if it is not a wall time */
const timeClassOf = (wallTime: string): { weekdayClass: WeekdayClass; hourBand: number } => {
  const day = new Date(`${wallTime.slice(0, 10)}T00:00:00Z`).getUTCDay();
  const hour = Number(/^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):/.exec(wallTime)?.[1]);
  if (Number.isNaN(day) || Number.isNaN(hour)) {
    throw new DomainError('invalid', 'wall_time_invalid', `${wallTime} is not a local time such as 2026-11-22T09:03.`);
  }
  return { weekdayClass: day === 0 || day === 6 ? 'weekend' : 'weekday', hourBand: Math.floor(hour / bandHours) };
};

const byTime = (one: PlannedSlot, other: PlannedSlot): number =>
  one.wallTime === other.wallTime ? (one.id < other.id ? -1 : 1) : one.wallTime < other.wallTime ? -1 : 1;

/**
 * Divides slots into blocks: consecutive alike slots, as many as there are variants, each assigned a variant by the
 * seed. The order of `slots` does not matter. Slots that do not fill a block are `leftOver`: they take no part and
 * publish the plan's content, like the control. When a running plan changes, pass only the slots without a block, so
 * that existing blocks stay as they were registered.
 * @throws DomainError `invalid` if a time is not a wall time
 */
export const blocksOf = (
  { variants, seed }: Experiment,
  slots: readonly PlannedSlot[],
): { blocks: Block[]; leftOver: string[] } => {
  const classed = slots.toSorted(byTime).map((slot) => ({ slot, ...timeClassOf(slot.wallTime) }));
  const groups = Map.groupBy(classed, ({ slot, weekdayClass, hourBand }) =>
    [slot.accountId, weekdayClass, hourBand].join('/'),
  );
  const blocks: Block[] = [];
  const leftOver: string[] = [];
  for (const alike of groups.values()) {
    for (let from = 0; from < alike.length; from += variants.length) {
      const members = alike.slice(from, from + variants.length);
      const ids = members.map(({ slot }) => slot.id);
      const [first] = members;
      if (!first || members.length < variants.length) {
        leftOver.push(...ids);
        continue;
      }
      const { slot, weekdayClass, hourBand } = first;
      const keys = variants.map(({ key }) => key);
      blocks.push({ id: slot.id, accountId: slot.accountId, weekdayClass, hourBand, slots: assigned(ids, keys, seed) });
    }
  }
  return { blocks, leftOver };
};
