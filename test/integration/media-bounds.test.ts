import { beforeAll, expect, test } from 'vitest';
import { getMediaUsage, listMedia } from '#functions/posts/media/contract.ts';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { expectProblem, whenHeardOf } from '../support/integration/answers.ts';
import { Announced, inMs, Media, picture, schedule, uploadPicture } from '../support/integration/desk.ts';
import { objectsOf } from '../support/integration/files.ts';
import { stage } from '../support/integration/stage.ts';

const maya = new Marketer(stage);
let accountId = '';
beforeAll(async () => {
  await maya.join();
  accountId = await maya.connect(await newXUser(stage));
});

const usage = () => maya.do(getMediaUsage.response, 'GET', '/v1/media/usage');

test('the bytes of a completed file cannot be replaced through its upload link', async () => {
  const announced = await maya.do(Announced, 'POST', '/v1/media', { contentType: 'image/png', bytes: picture.length });
  const { id } = announced.media;
  const { url, headers } = announced.upload;
  const put = (body: Uint8Array<ArrayBuffer>) => fetch(url, { method: 'PUT', headers, body });
  const png = new Uint8Array(picture);
  expect((await put(png)).status).toBe(200);
  expect(await maya.do(Media, 'POST', `/v1/media/${id}/complete`)).toMatchObject({ status: 'ready' });
  // The link accepts one file only, and the completed file is stored elsewhere.
  expect((await put(new Uint8Array(picture.length))).status).toBe(412);
  const lies = await objectsOf(id);
  const kept = lies.find(({ key }) => !key.startsWith('pending/'));
  expect(kept?.bytes).toEqual(Buffer.from(picture));
});

test('concurrently uploaded files all count towards usage, and are subtracted when they are deleted', async () => {
  const before = await usage();
  const ids = await Promise.all(Array.from({ length: 8 }, () => uploadPicture(maya)));
  const added = 8 * picture.length;
  expect(await usage()).toEqual({ ...before, usedBytes: before.usedBytes + added, files: before.files + 8 });
  for (const id of ids) expect((await maya.call('DELETE', `/v1/media/${id}`)).status).toBe(204);
  expect(await usage()).toEqual(before);
  const { items } = await maya.do(listMedia.response, 'GET', '/v1/media');
  expect(items.filter(({ id }) => ids.includes(id))).toEqual([]);
  for (const id of ids) {
    await eventually(`the bytes of ${id} are gone`, async () =>
      (await objectsOf(id)).length === 0 ? true : undefined,
    );
  }
});

test('a file that a scheduled post uses cannot be deleted', async () => {
  const mediaId = await uploadPicture(maya);
  const body = { accountId, parts: [{ text: 'Look at this', mediaIds: [mediaId] }] };
  const { body: said } = await whenHeardOf(() => maya.call('POST', '/v1/posts', body));
  const post = Media.pick({ id: true }).parse(said);
  await schedule(maya, post, inMs(86_400_000));
  const refused = expectProblem(await maya.call('DELETE', `/v1/media/${mediaId}`), 409, 'media_in_use');
  expect(refused.fields).toMatchObject([{ message: `is used by ${post.id}` }]);
  expect(await maya.do(Media, 'GET', `/v1/media/${mediaId}`)).toMatchObject({ status: 'ready' });
});
