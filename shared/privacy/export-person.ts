import * as z from 'zod';
import { PersonExportId, PersonId, WorkspaceId } from '../ids.ts';
import { type Task, task } from '../lambda/task.ts';
import type { Item, Table } from '../table.ts';

/** A kind of item with personal data, and how a context searches a workspace for the person's. */
export interface ExportSection {
  /** Its name in the archive. */
  kind: string;
  partition: (workspaceId: string) => string;
  /** Prefix of the kind's sort keys. */
  prefix: string;
  /** Returns what belongs to the person in an item; undefined for an item that is not theirs. */
  shareOf: (item: Item, personId: string) => object | undefined;
}

/** Stores the parts of an archive by key; writing a part again replaces it. */
export interface ExportFiles {
  write(key: string, text: string): Promise<void>;
}

/** Maximum number of items read per step, of any person, to bound its work. */
const itemsAtATime = 100;

/** Progress of a context: `kind` is the index of the current kind, `parts` the number of files written. */
const Progress = z.object({
  kind: z.int().min(0),
  cursor: z.string().nullable(),
  parts: z.int().min(0),
  isMore: z.boolean(),
});
type Progress = z.infer<typeof Progress>;

const Step = z.object({ workspaceId: WorkspaceId, personId: PersonId, exportId: PersonExportId, progress: Progress });
type Step = z.infer<typeof Step>;

/** Returns the key of one part of a context's share, in JSON Lines. */
export const partKey = (exportId: string, context: string, workspaceId: string, part: number): string =>
  `parts/${exportId}/${context}/${workspaceId}/${part}.jsonl`;

/** Reads the next items of a workspace and writes those of the person. A step can be repeated. */
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

/** Returns the task that exports a context's data about a person in a workspace, step by step. */
export const exportTask = (
  context: string,
  name: string,
  kinds: readonly ExportSection[],
  world: { table: Pick<Table, 'queryPage'>; files: ExportFiles },
): Task => task(name, Step, async (step) => exportPart(world, context, kinds, step));

/** Whether the person made the last change of an entity. */
export const isChangedBy = ({ changedBy }: { changedBy: { id: string } }, personId: string): boolean =>
  changedBy.id === personId;
