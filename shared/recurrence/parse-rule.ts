import type { DomainError, FieldError } from '../errors.ts';
import { dayMs } from '../time.ts';
import type { Rule } from './rule.ts';
import { impossible } from './rule-checks.ts';

/** Ranges of the parts that are lists of numbers. Signed ones can also count from the end. */
const numberParts = {
  BYMONTH: { field: 'byMonth', min: 1, max: 12, isSigned: false },
  BYMONTHDAY: { field: 'byMonthDay', min: 1, max: 31, isSigned: true },
  BYYEARDAY: { field: 'byYearDay', min: 1, max: 366, isSigned: true },
  BYWEEKNO: { field: 'byWeekNo', min: 1, max: 53, isSigned: true },
  BYHOUR: { field: 'byHour', min: 0, max: 23, isSigned: false },
  BYMINUTE: { field: 'byMinute', min: 0, max: 59, isSigned: false },
  BYSETPOS: { field: 'bySetPos', min: 1, max: 366, isSigned: true },
} as const;

/** Each value adds work, and no list needs more than the days of two months. */
const maxValues = 62;
const maxInterval = 366;

type Draft = { -readonly [Key in keyof Rule]?: Rule[Key] };
/** Reads a part into the draft; returns what is wrong with it, if anything. */
type Reader = (value: string, draft: Draft) => string | undefined;

const wholeNumber = (value: string, max: number): number | undefined =>
  /^[1-9]\d{0,5}$/.test(value) && Number(value) <= max ? Number(value) : undefined;

const readNumbers =
  ({ field, min, max, isSigned }: (typeof numberParts)[keyof typeof numberParts]): Reader =>
  (value, draft) => {
    const numbers = value.split(',').map((each) => (/^[+-]?\d{1,3}$/.test(each) ? Number(each) : NaN));
    const isFit = (each: number): boolean => {
      const size = isSigned ? Math.abs(each) : each;
      return size >= min && size <= max;
    };
    if (numbers.length > maxValues || !numbers.every(isFit)) {
      return `must be up to ${maxValues} numbers from ${min} to ${max}${isSigned ? ', negative to count from the end' : ''}`;
    }
    draft[field] = [...new Set(numbers)];
    return undefined;
  };

const readUntil: Reader = (value, draft) => {
  const [, year, month, day, time] = /^(\d{4})(\d\d)(\d\d)(?:T(\d{6})Z?)?$/.exec(value) ?? [];
  const midnight = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  const clock = time === undefined ? dayMs - 1 : Date.parse(`1970-01-01T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`);
  const isDay = !Number.isNaN(midnight) && new Date(midnight).getUTCDate() === Number(day);
  if (!isDay || Number.isNaN(clock)) return 'must be a day, or a time such as 20261231T235959';
  draft.until = { at: midnight + clock, isUtc: value.endsWith('Z') };
  return undefined;
};

const readCount =
  (maxCount: number): Reader =>
  (value, draft) => {
    const count = wholeNumber(value, maxCount);
    if (count === undefined) return `must be from 1 to ${maxCount}`;
    draft.count = count;
    return undefined;
  };

const readers: Readonly<Record<string, Reader>> = {
  FREQ: (value, draft) => {
    if (!['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].includes(value)) return 'must be DAILY, WEEKLY, MONTHLY or YEARLY';
    draft.freq = value as Rule['freq'];
    return undefined;
  },
  INTERVAL: (value, draft) => {
    const interval = wholeNumber(value, maxInterval);
    if (interval === undefined) return `must be from 1 to ${maxInterval}`;
    draft.interval = interval;
    return undefined;
  },
  UNTIL: readUntil,
  WKST: (value, draft) => {
    if (!/^(MO|TU|WE|TH|FR|SA|SU)$/.test(value)) return 'must be a day such as MO';
    draft.wkst = value;
    return undefined;
  },
  BYDAY: (value, draft) => {
    const days = value.split(',').map((each) => /^([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)$/.exec(each));
    if (days.length > maxValues || days.includes(null)) return 'must be days such as MO,TH or 1MO,-1FR';
    draft.byDay = days.map((found) => ({ ordinal: found?.[1] ? Number(found[1]) : null, day: found?.[2] ?? '' }));
    return undefined;
  },
  ...Object.fromEntries(Object.entries(numberParts).map(([part, values]) => [part, readNumbers(values)])),
};

/** Context of a rule: its path in the request, the maximum COUNT, and the error to throw. */
export interface RuleUse {
  path: string;
  maxCount: number;
  /** Whether it can be endless, without COUNT or UNTIL. */
  mayBeEndless: boolean;
  refuse: (fields: readonly FieldError[]) => DomainError;
}

/**
 * Parses a recurrence rule (RFC 5545, section 3.3.10) and, before the library sees it, refuses rules that cannot be
 * expanded or only at excessive cost.
 * @throws DomainError made by `refuse`; its fields locate the part in the text
 */
export const parseRule = (text: string, { path, maxCount, mayBeEndless, refuse }: RuleUse): Rule => {
  const all: typeof readers = { ...readers, COUNT: readCount(maxCount) };
  const draft: Draft = {};
  const fields: FieldError[] = [];
  const seen = new Set<string>();
  let start = 0;
  for (const part of text.toUpperCase().split(';')) {
    const [name = '', value = '', more] = part.split('=');
    const reader = Object.hasOwn(all, name) ? all[name] : undefined;
    const note = (code: string, message: string): number =>
      fields.push({ path, code, message, start, end: start + part.length });
    if (!reader || more !== undefined) note('rule_part_unsupported', 'is not a supported part of a rule');
    else if (seen.has(name)) note('rule_part_twice', `${name} is duplicated`);
    else {
      const wrong = reader(value, draft);
      if (wrong !== undefined) note('rule_part_invalid', `${name} ${wrong}`);
    }
    seen.add(name);
    start += part.length + 1;
  }
  if (fields.length > 0) throw refuse(fields);
  const { freq } = draft;
  if (!freq) throw refuse([{ path, code: 'rule_without_freq', message: 'FREQ is required' }]);
  const rule: Rule = { ...noParts, ...draft, freq };
  const wrong = impossible(rule, mayBeEndless);
  if (wrong) throw refuse([{ path, ...wrong }]);
  return rule;
};

const noParts = {
  ...{ interval: 1, count: null, until: null, wkst: 'MO', byDay: [], byMonth: [], byMonthDay: [], byYearDay: [] },
  ...{ byWeekNo: [], byHour: [], byMinute: [], bySetPos: [] },
};
