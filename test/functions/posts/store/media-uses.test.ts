import { describe, expect, test } from 'vitest';
import { mediaStore } from '#functions/posts/store/media.ts';
import { mediaUseStore } from '#functions/posts/store/media-uses.ts';
import { postStore } from '#functions/posts/store/posts.ts';
import { isLostUpdate } from '#shared/entities.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { aMedia, aPost, author, mediaId, noon, workspaceId } from '../samples.ts';

const open = () => {
  const { table } = memoryTable(() => noon);
  return { posts: postStore(table), media: mediaStore(table, { bytes: 1e9, uploads: 5 }), uses: mediaUseStore(table) };
};

test('posts are found by their files, up to a limit, within their workspace', async () => {
  const { uses } = open();
  await uses.note(workspaceId, 'pst_1', ['med_1', 'med_2', 'med_1']);
  await uses.note(workspaceId, 'pst_1', ['med_1']);
  await uses.note(workspaceId, 'pst_2', ['med_1']);
  await uses.note('wsp_2', 'pst_3', ['med_1']);
  expect(await uses.postsWith(workspaceId, 'med_1', 10)).toEqual(['pst_1', 'pst_2']);
  expect(await uses.postsWith(workspaceId, 'med_1', 1)).toEqual(['pst_1']);
  expect(await uses.postsWith(workspaceId, 'med', 10)).toEqual([]);
});

describe('changing a file', () => {
  const prepared = async () => {
    const stores = open();
    const post = await stores.posts.create(aPost(), author);
    const file = await stores.media.create(aMedia(), author);
    return { ...stores, post, file };
  };

  test('succeeds while the posts that use it are as they were read', async () => {
    const { media, post, file } = await prepared();
    expect(await media.save({ ...file, altText: 'A bag' }, author, [post])).toMatchObject({ version: 2 });
    expect(await media.get(workspaceId, mediaId)).toMatchObject({ version: 2, altText: 'A bag' });
  });

  test('fails with a lost update when one of those posts was scheduled meanwhile', async () => {
    const { media, posts, post, file } = await prepared();
    await posts.save({ ...post, status: 'scheduled' }, author);
    await expect(media.save({ ...file, altText: 'A bag' }, author, [post])).rejects.toSatisfy(isLostUpdate);
    expect(await media.get(workspaceId, mediaId)).toMatchObject({ version: 1, altText: null });
  });
});
