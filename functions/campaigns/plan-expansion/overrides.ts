import type { FieldError } from '#shared/errors.ts';
import { minuteMs } from '#shared/time.ts';
import type { ZoneClock } from '#shared/zone-clock.ts';
import { invalidPlan } from '../domain/invalid-plan.ts';
import type { Override, Track } from '../domain/plan.ts';
import type { Policies } from '../domain/plan-policies.ts';
import type { Reason } from '../domain/planned-slot.ts';
import { type Placed, placeWallTime } from './place-wall-time.ts';
import type { Member } from './series.ts';
import { wallOf } from './wall-time.ts';

/** A person's changes to the slots of a track, by original. */
export type Overrides = ReadonlyMap<string, Override>;

/**
 * The overrides of a track, by original.
 * @throws DomainError `invalid_plan` for a second override of a slot, or a slot that the track does not have
 */
export const overridesOf = ({ overrides }: Track, members: readonly Member[], path: string): Overrides => {
  const originals = new Set(members.map(({ original }) => original));
  const found = new Map<string, Override>();
  const fields = overrides.flatMap((override, place): FieldError[] => {
    const { original } = override;
    const isSecond = found.has(original);
    found.set(original, override);
    const where = `${path}.overrides.${place}.original`;
    if (isSecond)
      return [{ path: where, code: 'repeated_override', message: 'is changed by another override as well' }];
    if (originals.has(original)) return [];
    return [{ path: where, code: 'slot_not_found', message: `The track has no slot ${original}` }];
  });
  if (fields.length > 0) throw invalidPlan(fields);
  return found;
};

/** The time that the track gives a slot: from its times, shifted, or from an edit. Null if there is none. */
export const timeOf = (
  at: { wall: number } | { instant: number } | null,
  { shiftMinutes }: Pick<Track, 'shiftMinutes'>,
  override: Override | undefined,
  clock: ZoneClock,
  policies: Policies,
): Placed | null => {
  if (override?.wallTime) {
    const placed = placeWallTime(wallOf(override.wallTime), clock, policies);
    return { ...placed, reasons: [{ kind: 'moved_by_edit', wallTime: override.wallTime }, ...placed.reasons] };
  }
  if (at === null) return null;
  const byMs = shiftMinutes * minuteMs;
  const shifted: Reason[] = byMs === 0 ? [] : [{ kind: 'shifted', byMinutes: shiftMinutes }];
  if ('instant' in at) return { instant: at.instant + byMs, reasons: shifted };
  const placed = placeWallTime(at.wall + byMs, clock, policies);
  return { ...placed, reasons: [...shifted, ...placed.reasons] };
};

/** Wall time of a slot before anything but the track's shift moved it. */
export const unmovedWall = (
  { at }: Member,
  { shiftMinutes }: Pick<Track, 'shiftMinutes'>,
  clock: ZoneClock,
): number | null => {
  if (at === null) return null;
  return ('wall' in at ? at.wall : clock.wallAt(at.instant)) + shiftMinutes * minuteMs;
};
