import type { ZoneClock } from '#shared/zone-clock.ts';
import type { Track } from '../domain/plan.ts';
import type { Policies } from '../domain/plan-policies.ts';
import type { Reason } from '../domain/planned-slot.ts';
import { expandRule } from './expand-rule.ts';
import { instantText, wallText } from './wall-time.ts';

/** One slot of a series as its times name it, before anything moved it. */
export interface Member {
  /** Its first wall time, its first instant, or its place in the spread: in a series the texts sort as the slots do. */
  original: string;
  /** Its place in the series, from 0. */
  ordinal: number;
  /** Where it is, in milliseconds: a wall time, an instant, or neither yet. */
  at: { wall: number } | { instant: number } | null;
  reasons: Reason[];
}

/** Identity of a slot: it stays when the slot moves, and when its track is split. */
export const slotKeyOf = ({ id, seriesId }: Pick<Track, 'id' | 'seriesId'>, original: string): string =>
  `${seriesId ?? id}@${original}`;

/**
 * The slots of a track: of its whole series, those in its window.
 * @param clock of the track's zone
 * @param path of the track in the plan
 * @throws DomainError `invalid_plan` for a rule that cannot be expanded
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
