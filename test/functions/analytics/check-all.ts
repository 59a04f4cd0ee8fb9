import * as z from 'zod';
import type { Harness } from './harness.ts';

const Checked = z.object({ next: z.object({ shard: z.int(), after: z.string() }).nullable(), hasFailed: z.boolean() });

/** Checks all subjects, as the workflow `run-daily-checks` does. */
export const checkAll = async (context: Pick<Harness, 'run'>): Promise<z.infer<typeof Checked>> => {
  let checked = Checked.parse({ next: { shard: 0, after: '' }, hasFailed: false });
  while (checked.next) checked = Checked.parse(await context.run('analytics.runDailyChecks', checked));
  return checked;
};
