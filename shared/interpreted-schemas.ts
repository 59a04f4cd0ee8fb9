import * as z from 'zod';

/**
 * Must be imported before any schema. zod would compile code for each object schema on first use, which pays off only
 * after thousands of checks, while each process makes few. It would also look for cycles in its input; JSON and table
 * items have none.
 */
z.config({
  jitless: true,
  memoizer: { attach: () => undefined, guard: () => undefined, alloc: (_schema, _payload, empty) => empty },
});
