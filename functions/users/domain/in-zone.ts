/** Formats an instant as `2026-11-22 09:00 UTC (10:00 Europe/Berlin)`, with the local date if it differs. */
export const inZone = (instant: string, timeZone = utc): string => {
  const [day, time] = clockIn(utc, instant);
  const [localDay, localTime] = clockIn(timeZone, instant);
  const there = localDay === day ? localTime : `${localDay} ${localTime}`;
  return `${day} ${time} UTC${timeZone === utc ? '' : ` (${there} ${timeZone})`}`;
};

const utc = 'Etc/UTC';

/** Date and time; the Swedish locale formats both as ISO 8601. */
const clockIn = (timeZone: string, instant: string): [day: string, time: string] => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const [day = '', time = ''] = format.format(new Date(instant)).split(' ');
  return [day, time];
};
