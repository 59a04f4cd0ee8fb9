import * as z from 'zod';

/**
 * Imported before any schema: each process checks few values, and somebody waits for it. zod would write code for each
 * object that it first checks, which pays after thousands of them, and would look for circles in what it reads: JSON and
 * items of a table have none.
 */
z.config({
  jitless: true,
  memoizer: { attach: () => undefined, guard: () => undefined, alloc: (_schema, _payload, empty) => empty },
});
