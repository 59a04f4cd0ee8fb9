/** A parsed recurrence rule. Lists are empty and values null where the rule has no such part. */
export interface Rule {
  freq: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  interval: number;
  count: number | null;
  /** The last wall time (an instant, if written in UTC) that counts, in milliseconds. */
  until: { at: number; isUtc: boolean } | null;
  wkst: string;
  byDay: readonly { ordinal: number | null; day: string }[];
  byMonth: readonly number[];
  byMonthDay: readonly number[];
  byYearDay: readonly number[];
  byWeekNo: readonly number[];
  byHour: readonly number[];
  byMinute: readonly number[];
  bySetPos: readonly number[];
}
