import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { systemAuthor } from '#shared/actor.ts';
import { type ExportSection, exportTask, partKey } from '#shared/privacy/export-person.ts';
import { memoryTable } from '#test/support/memory/table.ts';

const ids = { workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9V', exportId: 'exp_01KATJ9V5H8Q3M4N5P6R7S8T9V' };
const personId = 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const origin = { ...systemAuthor('posts', { correlationId: 'c' }), execution: 'arn' };
const Progress = z.object({ kind: z.int(), cursor: z.string().nullable(), parts: z.int(), isMore: z.boolean() });

const kindOf = (kind: string, prefix: string): ExportSection => ({
  kind,
  partition: (workspaceId) => workspaceId,
  prefix,
  shareOf: ({ by, said }, person) => (by === person ? { said } : undefined),
});

const world = async (count: number) => {
  const { table } = memoryTable(() => new Date('2026-11-22T09:00:00Z'));
  for (let n = 0; n < count; n += 1) {
    const sk = `NOTE#${String(n).padStart(4, '0')}`;
    await table.put({ pk: ids.workspaceId, sk, by: n % 3 === 0 ? personId : 'usr_other', said: n });
    await table.put({ pk: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8TZZ', sk, by: personId, said: 'elsewhere' });
  }
  await table.put({ pk: ids.workspaceId, sk: 'WORD#1', by: personId, said: 'word' });
  const files = new Map<string, string>();
  const write = async (key: string, text: string) => void files.set(key, text);
  const kinds = [kindOf('note', 'NOTE#'), kindOf('nothing', 'NONE#'), kindOf('word', 'WORD#')];
  const share = exportTask('posts', 'posts.sharePerson', kinds, { table, files: { write } });
  const step = async (progress: z.infer<typeof Progress>) =>
    Progress.parse(await share.run({ ...ids, personId, progress }, origin));
  return { files, step };
};
const begin = { kind: 0, cursor: null, parts: 0, isMore: true };

describe("a context's share of a person's export", () => {
  test('has all of their data in that workspace and nothing else, in one file per bounded step', async () => {
    const { files, step } = await world(250);
    let progress: z.infer<typeof Progress> = begin;
    let steps = 0;
    while (progress.isMore) {
      progress = await step(progress);
      steps += 1;
    }
    // 250 notes in hundreds, nothing, and a word.
    expect(steps).toBe(5);
    expect(progress.parts).toBe(4);
    const keys = Array.from({ length: 4 }, (_, part) => partKey(ids.exportId, 'posts', ids.workspaceId, part));
    expect([...files.keys()]).toEqual(keys);
    const lines = [...files.values()].flatMap((text) => text.trimEnd().split('\n'));
    const said = lines.map((line) => z.object({ kind: z.string(), said: z.unknown() }).parse(JSON.parse(line)).said);
    expect(said).toEqual([...Array.from({ length: 84 }, (_, n) => n * 3), 'word']);
  });

  test('is the same when a step is repeated', async () => {
    const { files, step } = await world(250);
    const first = await step(begin);
    const second = await step(first);
    const written = new Map(files);
    expect(await step(first)).toEqual(second);
    expect(files).toEqual(written);
  });

  test('has no file when the workspace keeps nothing of them', async () => {
    const { files, step } = await world(0);
    expect(await step({ ...begin, kind: 1 })).toEqual({ kind: 2, cursor: null, parts: 0, isMore: true });
    expect(files.size).toBe(0);
    expect(await step({ ...begin, kind: 9 })).toMatchObject({ isMore: false });
  });
});
