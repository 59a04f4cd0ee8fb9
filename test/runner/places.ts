import { join } from 'node:path';

/** What each check of `npm test` said, a file each; from the folder of the project. */
export const checkLogs = join('.build', 'checks');
/** What functions logged: a file per tier of those in its processes, and one of those on its stage. */
export const functionLogs = join('.build', 'function-logs');
