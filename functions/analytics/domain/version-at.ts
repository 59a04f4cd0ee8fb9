/** Returns an instant as a version, in seconds: of what each measurement replaces, the latest is the newest. */
export const versionAt = (instant: string): number => Math.floor(Date.parse(instant) / 1000);
