/** `2026-11-22 09:00 UTC (10:00 Europe/Berlin)`; the local day is added when it differs. */
export const inZone = (instant: string, timeZone = utc): string => {
  const [day, time] = clockIn(utc, instant);
  const [localDay, localTime] = clockIn(timeZone, instant);
  const there = localDay === day ? localTime : `${localDay} ${localTime}`;
  return `${day} ${time} UTC${timeZone === utc ? '' : ` (${there} ${timeZone})`}`;
};

const utc = 'Etc/UTC';

/** Day and time of day: the Swedish locale formats both as ISO 8601 does. */
const clockIn = (timeZone: string, instant: string): [day: string, time: string] => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const [day = '', time = ''] = format.format(new Date(instant)).split(' ');
  return [day, time];
};
