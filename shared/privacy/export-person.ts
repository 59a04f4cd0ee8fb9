import * as z from 'zod';
import { PersonExportId, PersonId, WorkspaceId } from '../ids.ts';
import { type Task, task } from '../lambda/task.ts';
import type { Item, Table } from '../table.ts';

/** A kind of item that holds something of people, and how a context looks through all of them in a workspace. */
export interface ExportSection {
  /** What it is called in the archive. */
  kind: string;
  partition: (workspaceId: string) => string;
  /** What the sort keys of the kind begin with. */
  prefix: string;
  /** What belongs to the person in an item; undefined for an item that is not theirs. */
  shareOf: (item: Item, personId: string) => object | undefined;
}

/** Where the parts of an archive are written, by key; a part that is written again takes the place of the one before. */
export interface ExportFiles {
  write(key: string, text: string): Promise<void>;
}

/** Maximum number of items looked at in one step, of any person: a step's work is bounded. */
const itemsAtATime = 100;

/** How far a context is. `kind` counts its kinds, `parts` the files it has written. */
const Progress = z.object({
  kind: z.int().min(0),
  cursor: z.string().nullable(),
  parts: z.int().min(0),
  isMore: z.boolean(),
});
type Progress = z.infer<typeof Progress>;

const Step = z.object({ workspaceId: WorkspaceId, personId: PersonId, exportId: PersonExportId, progress: Progress });
type Step = z.infer<typeof Step>;

/** Where a context writes a part of its share: JSON Lines. */
export const partKey = (exportId: string, context: string, workspaceId: string, part: number): string =>
  `parts/${exportId}/${context}/${workspaceId}/${part}.jsonl`;

/** Looks through the next items of a workspace and writes down those that are the person's. A step can be repeated. */
const exportPart = async (
  { table, files }: { table: Pick<Table, 'queryPage'>; files: ExportFiles },
  context: string,
  kinds: readonly ExportSection[],
  { workspaceId, personId, exportId, progress }: Step,
): Promise<Progress> => {
  const looked = kinds[progress.kind];
  if (!looked) return { ...progress, isMore: false };
  const { kind, partition, prefix, shareOf } = looked;
  const { items, nextCursor } = await table.queryPage(
    {
      KeyConditionExpression: 'pk = :partition AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':partition': partition(workspaceId), ':prefix': prefix },
    },
    { limit: itemsAtATime, cursor: progress.cursor ?? undefined, scope: { exportId, kind } },
    (item) => ({ share: shareOf(item, personId) }),
  );
  const lines = items.flatMap(({ share }) => (share ? [`${JSON.stringify({ kind, workspaceId, ...share })}\n`] : []));
  if (lines.length > 0) await files.write(partKey(exportId, context, workspaceId, progress.parts), lines.join(''));
  const isDone = nextCursor === null;
  return {
    kind: isDone ? progress.kind + 1 : progress.kind,
    cursor: nextCursor,
    parts: progress.parts + (lines.length > 0 ? 1 : 0),
    isMore: !isDone || progress.kind + 1 < kinds.length,
  };
};

/** The task by which a context writes its share of what is kept of a person in a workspace, step by step. */
export const exportTask = (
  context: string,
  name: string,
  kinds: readonly ExportSection[],
  world: { table: Pick<Table, 'queryPage'>; files: ExportFiles },
): Task => task(name, Step, async (step) => exportPart(world, context, kinds, step));

/** Whether an entity was written by the person last. */
export const isChangedBy = ({ changedBy }: { changedBy: { id: string } }, personId: string): boolean =>
  changedBy.id === personId;
