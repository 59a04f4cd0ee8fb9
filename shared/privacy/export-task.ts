import { lateTasks, type Task } from '../lambda/task.ts';
import type { Table } from '../table.ts';
import type { ShareKind } from './export-person.ts';

/** The task by which a context writes its share of what is kept of a person. All of it is loaded when one is wanted. */
export const lateShareTasks = (
  context: string,
  name: string,
  { table, bucket, kinds }: { table: Table; bucket: string; kinds: () => Promise<readonly ShareKind[]> },
): Task[] =>
  lateTasks([name], async () => {
    const [{ shareTask }, { shareBucket }] = await Promise.all([
      import('./export-person.ts'),
      import('./export-bucket.ts'),
    ]);
    return [shareTask(context, name, await kinds(), { table, files: shareBucket(bucket) })];
  });
