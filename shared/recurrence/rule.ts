/** A recurrence rule, read. Lists are empty where the rule has no such part; null where it has no such value. */
export interface Rule {
  freq: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  interval: number;
  count: number | null;
  /** The last wall time (or instant, where it was written in UTC) that counts, in milliseconds. */
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
