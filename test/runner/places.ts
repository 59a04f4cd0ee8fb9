import { join } from 'node:path';

/** Output of each check of `npm test`, one file each. Relative to the project root. */
export const checkLogs = join('.build', 'checks');
/** Logs of functions: per tier, one file for those in its processes and one for those on its stage. */
export const functionLogs = join('.build', 'function-logs');
