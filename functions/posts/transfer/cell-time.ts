/** A time from a cell, in the form of the API; `unclear` explains what to write instead. */
export type CellTime = { publishAt: string } | { localTime: string } | { unclear: string };

/** Year, month and day in that order, a time of day, and optionally the offset from UTC: an unambiguous form. */
const yearFirst =
  /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[Tt]|,?\s+)(\d{1,2}):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(?:\s?([AaPp])\.?[Mm]\.?)?(?:\s?([Zz]|[+-]\d\d:?\d\d))?$/;
/** A longer text is not a time that somebody wrote. */
const longestTime = 60;
const dayAlone = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$/;
/** `24.12.2026` and `12/24/2026`: which number is the month depends on the writer. */
const yearLast = /^\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?(?:\d{4}|\d{2})\b/;

/**
 * Parses a time as spreadsheets write it: `2026-12-24 09:30`, `2026-12-24 9:30:00`, `2026/12/24 9:30 AM`. With an
 * offset it is an instant, otherwise a local time in the row's zone. A text too long for a time is returned unchanged:
 * its schema refuses it.
 */
export const cellTime = (column: 'publishAt' | 'localTime', cell: string): CellTime => {
  const parts = yearFirst.exec(cell);
  if (!parts) {
    if (dayAlone.test(cell)) return { unclear: 'must include a time of day: 2026-12-24 09:30' };
    if (yearLast.test(cell)) return { unclear: 'is ambiguous: write it as 2026-12-24 09:30' };
    if (cell.length <= longestTime) return { unclear: 'must be a time such as 2026-12-24 09:30' };
    return column === 'publishAt' ? { publishAt: cell } : { localTime: cell };
  }
  const [, year, , month = '', day = '', hour = '', minute, second, fraction = '', half, offset] = parts;
  const clock = half === undefined ? hour : hourOf(hour, half.toLowerCase() === 'p');
  if (clock === undefined) return { unclear: 'must be an existing time such as 2026-12-24 09:30' };
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = `${date}T${clock.padStart(2, '0')}:${minute}`;
  if (offset === undefined)
    return { localTime: second === undefined ? time : `${time}:${second}${fraction.slice(0, 4)}` };
  const instant = `${time}:${second ?? '00'}${fraction}${offset.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`;
  return column === 'publishAt' ? { publishAt: instant } : { localTime: instant };
};

/** Converts an hour of a 12-hour clock to 24 hours; undefined if it has no such hour. */
const hourOf = (hour: string, isAfternoon: boolean): string | undefined => {
  const shown = Number(hour);
  return shown >= 1 && shown <= 12 ? String((shown % 12) + (isAfternoon ? 12 : 0)) : undefined;
};
