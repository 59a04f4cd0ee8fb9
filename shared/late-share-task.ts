import type { Table } from './dynamo.ts';
import type { Task } from './lambda/task.ts';
import { once } from './once.ts';
import type { ShareKind } from './person-share.ts';

/** The task by which a context writes its share of what is kept of a person. All of it is loaded when one is wanted. */
export const lateShareTask = (
  context: string,
  name: string,
  { table, bucket, kinds }: { table: Table; bucket: string; kinds: () => Promise<readonly ShareKind[]> },
): Task => {
  const open = once(async () => {
    const [{ shareTask }, { shareBucket }] = await Promise.all([
      import('./person-share.ts'),
      import('./share-files.ts'),
    ]);
    return shareTask(context, name, await kinds(), { table, files: shareBucket(bucket) });
  });
  return { name, run: async (...given) => (await open()).run(...given) };
};
