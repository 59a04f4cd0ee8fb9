import type { ZoneClock } from '#shared/zone-clock.ts';
import type { Track } from '../domain/plan.ts';
import type { Policies } from '../domain/plan-policies.ts';
import type { Reason } from '../domain/planned-slot.ts';
import { expandRule } from './expand-rule.ts';
import { instantText, wallText } from './wall-time.ts';

/** One slot of a series, before anything moves it. */
export interface Member {
  /**
   * First wall time, first instant, or position in the spread. Within a series, these sort in the order of the slots.
   */
  original: string;
  /** Position in the series, from 0. */
  ordinal: number;
  /** Its wall time or instant in milliseconds; null: not known yet. */
  at: { wall: number } | { instant: number } | null;
  reasons: Reason[];
}

/** Identity of a slot; it stays when the slot moves or its track is split. */
export const slotKeyOf = ({ id, seriesId }: Pick<Track, 'id' | 'seriesId'>, original: string): string =>
  `${seriesId ?? id}@${original}`;

/**
 * The slots of a track: those of its series between `since` and `until`.
 * @param clock clock of the track's time zone
 * @param path path of the track in the plan
 * @throws DomainError `invalid_plan` if a rule cannot be expanded
 */
export const membersOf = (
  { times, since, until }: Pick<Track, 'times' | 'since' | 'until'>,
  monthEnd: Policies['monthEnd'],
  clock: ZoneClock,
  path: string,
): Member[] =>
  seriesOf(times, monthEnd, clock, `${path}.times`).filter(
    ({ original }) => (since === null || original >= since) && (until === null || original < until),
  );

const seriesOf = (times: Track['times'], monthEnd: Policies['monthEnd'], clock: ZoneClock, path: string): Member[] => {
  switch (times.kind) {
    case 'fixed':
      return times.instants.map((text, ordinal) => {
        const instant = Date.parse(text);
        const reasons: Reason[] = [{ kind: 'fixed', instant: instantText(instant) }];
        return { original: instantText(instant), ordinal, at: { instant }, reasons };
      });
    case 'recurrence':
      return expandRule(times.rule, times.start, monthEnd, clock, `${path}.rule`).map(({ wall, reasons }, ordinal) => {
        const original = wallText(wall);
        const rule: Reason = { kind: 'rule', rule: times.rule, wallTime: original };
        return { original, ordinal, at: { wall }, reasons: [rule, ...reasons] };
      });
    case 'spread':
      return Array.from({ length: times.count }, (_, ordinal) => ({
        original: String(ordinal + 1).padStart(4, '0'),
        ordinal,
        at: null,
        reasons: [{ kind: 'spread', place: ordinal + 1, of: times.count }],
      }));
  }
};
