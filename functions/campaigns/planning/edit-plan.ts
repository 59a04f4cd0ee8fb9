import { minuteMs } from '#shared/time.ts';
import { type ZoneClock, zoneClock } from '#shared/zone-clock.ts';
import { invalidField } from '../domain/invalid-plan.ts';
import { maxShiftMinutes, type Override, type Plan, type Track } from '../domain/plan.ts';
import type { PlanChange, PlanEdit } from '../domain/plan-edit.ts';
import { assertZones } from '../plan-expansion/assert-plan.ts';
import { unmovedWall } from '../plan-expansion/overrides.ts';
import { type Member, membersOf } from '../plan-expansion/series.ts';
import { wallOf } from '../plan-expansion/wall-time.ts';
import { splitTrack } from './split-track.ts';

/** A track with its slots, and the position of the edited one. */
interface Target {
  track: Track;
  members: readonly Member[];
  place: number;
  clock: ZoneClock;
}

/**
 * Applies an edit to one slot, to it and the following ones of its track, or to the whole track. Slots keep their
 * identity: `this` is an override of the original; `this_and_following` splits the track within its series.
 * @param newTrackId id of a split-off track or new series, unused in the plan
 * @throws DomainError `invalid_plan` if the slot is not in the plan, or the change does not fit the scope. Paths are
 * those of the edit; `expandPlan` validates the new plan
 */
export const editPlan = (plan: Plan, edit: PlanEdit, newTrackId: string): Plan => {
  assertZones(plan);
  const index = plan.tracks.findIndex(({ id }) => id === edit.trackId);
  const track = plan.tracks[index];
  if (!track) throw invalidField('trackId', 'track_not_found', `The plan has no track ${edit.trackId}`);
  const clock = zoneClock(track.timeZone ?? plan.timeZone);
  const members = membersOf(track, plan.policies.monthEnd, clock, `tracks.${index}`);
  const place = members.findIndex(({ original }) => original === edit.original);
  if (place < 0) throw invalidField('original', 'slot_not_found', `The track has no slot ${edit.original}`);

  const target = { track, members, place, clock };
  const edited = edit.scope === 'this' ? [changeSlot(target, edit)] : changeTrack(target, edit, newTrackId);
  const tracks = plan.tracks.toSpliced(index, 1, ...edited);
  if (tracks.length === 0) throw invalidField('change', 'no_slot_left', 'would leave the plan without a track');
  return { ...plan, tracks };
};

const unfit = ({ kind }: PlanChange, scope: string): Error =>
  invalidField('change.kind', 'change_unfit', `${kind} cannot be used with the scope ${scope}`);

const changeSlot = ({ track }: Target, { original, change }: PlanEdit): Track => {
  const before = track.overrides.find((each) => each.original === original);
  const override: Override = before ?? { original, wallTime: null, content: null, isDropped: false };
  const others = track.overrides.filter((each) => each.original !== original);
  const withOverride = (changed: Partial<Override>): Track => ({
    ...track,
    overrides: [...others, { ...override, ...changed }],
  });
  switch (change.kind) {
    case 'move':
      return withOverride({ wallTime: change.wallTime, isDropped: false });
    case 'drop':
      return withOverride({ isDropped: true });
    case 'replace_content':
      return withOverride({ content: change.content });
    default:
      throw unfit(change, 'this');
  }
};

const changeTrack = (target: Target, edit: PlanEdit, newTrackId: string): Track[] => {
  const isWhole = edit.scope === 'all' || target.place === 0;
  if (isWhole) return changed(target.track, target, edit, newTrackId);
  const [head, tail] = splitTrack(target.track, target.members, target.place, newTrackId);
  return [head, ...changed(tail, target, edit, newTrackId)];
};

/** The track with all its slots changed; none if they are dropped. */
const changed = (track: Track, target: Target, { change, scope, original }: PlanEdit, newTrackId: string): Track[] => {
  switch (change.kind) {
    case 'move': {
      const member = target.members[target.place];
      const from = member && unmovedWall(member, target.track, target.clock);
      if (from === null || from === undefined)
        throw unfit(change, `${scope} of a spread, whose times come from queues`);
      // A fixed instant can have seconds.
      const shiftMinutes = track.shiftMinutes + Math.ceil((wallOf(change.wallTime) - from) / minuteMs);
      if (Math.abs(shiftMinutes) > maxShiftMinutes) {
        throw invalidField(
          'change.wallTime',
          'moved_too_far',
          'must be within a year of the original time of the slot',
        );
      }
      const overrides = track.overrides.flatMap((each) => {
        if (each.original !== original) return [each];
        return each.content || each.isDropped ? [{ ...each, wallTime: null }] : [];
      });
      return [{ ...track, shiftMinutes, overrides }];
    }
    case 'drop':
      return [];
    case 'replace_track_content':
      return [{ ...track, content: change.content, overrides: withoutContent(track.overrides) }];
    case 'replace_times': {
      // Other times give other slots, so overrides of the old ones are dropped. If another part of the series remains,
      // a new series keeps the new slots from taking the identity of its slots.
      const isPart = track.since !== null || track.until !== null || track.seriesId !== null;
      const seriesId = isPart ? newTrackId : null;
      return [{ ...track, seriesId, times: change.times, since: null, until: null, shiftMinutes: 0, overrides: [] }];
    }
    case 'replace_content':
      throw unfit(change, scope);
  }
};

const withoutContent = (overrides: readonly Override[]): Override[] =>
  overrides.map((each) => ({ ...each, content: null })).filter((each) => each.wallTime !== null || each.isDropped);
