import { expect, test } from 'vitest';
import { announced } from '#functions/posts/domain/media.ts';
import { mediaStore } from '#functions/posts/store/media.ts';
import { timeToLive } from '#shared/time.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { author, noon, workspaceId } from '../samples.ts';

test('a file kept while another is being announced reduces the share left for the other', async () => {
  const { table } = memoryTable(() => noon, []);
  const room = { bytes: 1_000, uploads: 10 };
  const said = { workspaceId, contentType: 'image/png' as const, altText: null, madeWithAi: false };
  const file = (last: string, bytes: number) =>
    announced({ ...said, id: `med_01KATJ9V5H8Q3M4N5P6R7S8T9${last}`, bytes }, timeToLive(noon, 60));
  const store = mediaStore(table, room);
  const kept = await store.create(file('A', 400), author);
  let isFirst = true;
  const between = mediaStore(
    {
      ...table,
      async get(key) {
        const item = await table.get(key);
        if (isFirst && key.sk === 'MEDIA_USAGE') {
          isFirst = false;
          await store.keep({ ...kept, status: 'ready', ttl: undefined }, author);
        }
        return item;
      },
    },
    room,
  );
  await expect(between.create(file('B', 400), author)).rejects.toMatchObject({ code: 'upload_share_full' });
  expect(await store.create(file('C', 300), author)).toMatchObject({ bytes: 300 });
});
