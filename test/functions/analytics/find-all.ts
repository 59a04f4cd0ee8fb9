import * as z from 'zod';
import type { Harness } from './harness.ts';

const Found = z.object({ next: z.object({ shard: z.int(), after: z.string() }).nullable(), hasFailed: z.boolean() });

/** Looks at all subjects, as the workflow `find-insights` does. */
export const findAll = async (context: Pick<Harness, 'run'>): Promise<z.infer<typeof Found>> => {
  let found = Found.parse({ next: { shard: 0, after: '' }, hasFailed: false });
  while (found.next) found = Found.parse(await context.run('analytics.findInsights', found));
  return found;
};
