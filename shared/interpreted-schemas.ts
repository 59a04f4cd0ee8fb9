import * as z from 'zod';

/**
 * Imported before any schema: zod would write code for each object that it first checks, which pays after thousands of
 * them. A new process checks each a few times, and somebody waits for it.
 */
z.config({ jitless: true });
