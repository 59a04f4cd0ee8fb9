const weekdays = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'] as const;

/** Name of an ISO weekday in the plural: `Tuesdays`. */
export const weekdayName = (weekday: number): string => weekdays[weekday - 1] ?? String(weekday);

/** `1,240`: whole, with thousands separators. */
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** A share: `45%`. */
export const percent = (share: number): string => `${whole(share * 100)}%`;

/** A relative change with its sign: `+45%`. */
export const signed = (change: number): string => `${change < 0 ? '-' : '+'}${percent(Math.abs(change))}`;

/** A relative change in words: `45% more`. */
export const moreOrLess = (change: number): string => `${percent(Math.abs(change))} ${change < 0 ? 'fewer' : 'more'}`;
