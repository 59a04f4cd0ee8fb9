/** The time as a version: of what is written anew with each measurement, the younger one is the newer. */
export const versionAt = (instant: string): number => Math.floor(Date.parse(instant) / 1000);
