import type { ReportDocument } from './document.ts';
import type { Column } from './sections.ts';
import { type Availability, type Cell, type Measured, measured, type NumberKind, type Reading } from './value.ts';

/** Shown in place of a missing number. */
export const nothing = '–';

const numbers = {
  integer: new Intl.NumberFormat('en', { maximumFractionDigits: 0 }),
  decimal: new Intl.NumberFormat('en', { maximumFractionDigits: 2 }),
  percent: new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 2 }),
  // X bills millionths of a dollar: none is rounded away.
  money: new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 6 }),
} as const;

/** Converts micro-dollars to dollars. */
export const dollars = (micros: number): number => micros / 1_000_000;

/** Formats a number: `1,234`, `0.25`, `25%`, `USD 1.50`. @param number as its kind has it: a share, micro-dollars */
export const shownNumber = (kind: NumberKind, number: number): string =>
  kind === 'money' ? `USD ${numbers.money.format(dollars(number))}` : numbers[kind].format(number);

/** Converts instants to the local time of a zone. */
export interface ZoneClock {
  /** Day and time to the minute: `2026-11-22 10:03`. */
  shown: (instant: string) => string;
  /** The local time at an instant as if the zone were UTC, in Unix milliseconds: for files without time zones. */
  wallMs: (instant: string) => number;
}

const parts = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/** @param timeZone an IANA zone that is known to exist */
export const clockOf = (timeZone: string): ZoneClock => {
  const format = new Intl.DateTimeFormat('en', {
    ...{ timeZone, calendar: 'iso8601', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  const wallMs = (instant: string): number => {
    const of = new Map(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, Number(value)]));
    const [year = 0, month = 1, ...rest] = parts.map((part) => of.get(part) ?? 0);
    return Date.UTC(year, month - 1, ...rest);
  };
  return {
    wallMs,
    shown: (instant) => new Date(wallMs(instant)).toISOString().slice(0, 16).replace('T', ' '),
  };
};

/**
 * Words for the codes of `availability`, which only JSON shows. They do not name X where a number may come from
 * elsewhere.
 */
const availabilityWords: Readonly<Record<Exclude<Availability, 'available'>, string>> = {
  delayed: 'not read yet',
  unsupported: 'not reported',
  deleted: 'deleted on X',
  withheld: 'not shown by X',
};

/** Returns the data status of a number in words; none if there is nothing to note. */
export const dataStatusOf = ({ value, availability, coverage, carriedForward }: Measured): string[] => [
  ...(availability === 'available' ? (value === null ? ['no value'] : []) : [availabilityWords[availability]]),
  ...(carriedForward ? ['earlier reading'] : []),
  ...(coverage && coverage.measured < coverage.total ? [`${coverage.measured} of ${coverage.total} measured`] : []),
];

/** Formats a reading: `1,234`, `1,234 (earlier reading)`, `– (not read yet)`; only `–` if there is none. */
export const shownReading = (kind: NumberKind, reading: Reading): string => {
  if (reading === null) return nothing;
  const full = measured(reading);
  const status = dataStatusOf(full);
  const shown = full.value === null ? nothing : shownNumber(kind, full.value);
  return status.length === 0 ? shown : `${shown} (${status.join(', ')})`;
};

/** Formats a cell, with times in the zone of the report. */
export const shownCell = (kind: Column['kind'], cell: Cell, clock: ZoneClock): string => {
  if (cell === null) return nothing;
  if (typeof cell === 'string') return kind === 'instant' ? clock.shown(cell) : cell;
  return kind === 'text' || kind === 'instant' ? nothing : shownReading(kind, cell);
};

/** Whether columns of this kind hold numbers, which are set flush right. */
export const isNumeric = (kind: Column['kind']): kind is NumberKind => kind !== 'text' && kind !== 'instant';

/** Returns the facts below a report's title: workspace, days and when it was created, each with its name. */
export const factsOf = ({ workspace, period, madeAt }: ReportDocument): [name: string, text: string][] => {
  const { shown } = clockOf(period.timeZone);
  const dayAt = (instant: number): string => shown(new Date(instant).toISOString()).slice(0, '2026-11-30'.length);
  return [
    ['Workspace', workspace.name],
    // The end is exclusive: the last day is the one before it.
    ['Period', `${dayAt(Date.parse(period.from))} to ${dayAt(Date.parse(period.to) - 1)}`],
    ['Time zone', period.timeZone],
    ['Created', shown(madeAt)],
  ];
};
