import { beforeAll, expect, test } from 'vitest';
import { Marketer, newXUser } from '../../infra/local/marketer.ts';
import { expectProblem } from '../support/integration/answers.ts';
import { Announced, Media, picture } from '../support/integration/desk.ts';
import { stage } from '../support/integration/stage.ts';

const maya = new Marketer(stage);
let accountId = '';
beforeAll(async () => {
  await maya.join();
  accountId = await maya.connect(await newXUser(stage));
});

const announce = (bytes = picture.length, contentType = 'image/png') =>
  maya.do(Announced, 'POST', '/v1/media', { contentType, bytes });

const put = (url: string, headers: Record<string, string>, body: Uint8Array<ArrayBuffer>) =>
  fetch(url, { method: 'PUT', headers, body });

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));
const png = new Uint8Array(picture);

test('the signed link takes the announced type and length, and nothing else', async () => {
  const { upload } = await announce();
  const { url, headers } = upload;
  expect((await put(url, { ...headers, 'content-type': 'image/gif' }, png)).status).toBe(403);
  expect((await put(url, { ...headers, 'content-type': 'text/html' }, png)).status).toBe(403);
  const longer = new Uint8Array([...png, 0]);
  expect((await put(url, { 'content-type': 'image/png' }, longer)).status).toBe(403);
  expect((await put(url, { 'content-type': 'image/png' }, png.slice(0, -1))).status).toBe(403);
  expect((await put(url, headers, png)).status).toBe(200);
});

test('the signed link opens no other place, no other method, and not once it was tampered with', async () => {
  const { upload } = await announce();
  const other = await announce();
  const foreign = new URL(upload.url);
  foreign.pathname = new URL(other.upload.url).pathname;
  expect((await put(foreign.href, upload.headers, png)).status).toBe(403);
  const later = new URL(upload.url);
  later.searchParams.set('X-Amz-Expires', '604800');
  expect((await put(later.href, upload.headers, png)).status).toBe(403);
  expect((await fetch(upload.url)).status).toBe(403);
  expect((await fetch(upload.url, { method: 'DELETE' })).status).toBe(403);
  const { origin, pathname } = new URL(upload.url);
  expect((await put(origin + pathname, upload.headers, png)).status).toBe(403);
});

test('what was not uploaded yet cannot be completed', async () => {
  const { media } = await announce();
  expectProblem(await maya.call('POST', `/v1/media/${media.id}/complete`), 409, 'media_not_uploaded');
});

test('a text that was announced as a PNG is refused, and no post can carry it', async () => {
  const text = bytesOf('<svg onload="alert(1)"></svg>');
  const { media, upload } = await announce(text.length);
  expect((await put(upload.url, upload.headers, text)).status).toBe(200);
  expectProblem(await maya.call('POST', `/v1/media/${media.id}/complete`), 422, 'media_mismatch');
  expect(await maya.do(Media, 'GET', `/v1/media/${media.id}`)).toMatchObject({ status: 'awaiting_upload', version: 1 });
  const refused = await maya.call('POST', '/v1/posts', { accountId, parts: [{ text: 'Look', mediaIds: [media.id] }] });
  expect(expectProblem(refused, 422, 'unpublishable').fields).toMatchObject([{ code: 'media_not_uploaded' }]);
});

test('a picture of another type than announced is refused', async () => {
  const { media, upload } = await announce(picture.length, 'image/jpeg');
  expect((await put(upload.url, upload.headers, png)).status).toBe(200);
  expectProblem(await maya.call('POST', `/v1/media/${media.id}/complete`), 422, 'media_mismatch');
});

test('a file larger than X takes is refused before it is uploaded', async () => {
  for (const [contentType, most] of [
    ['image/png', 5_242_880],
    ['image/gif', 15_728_640],
  ] as const) {
    const answer = await maya.call('POST', '/v1/media', { contentType, bytes: most + 1 });
    expectProblem(answer, 400, 'media_too_large');
    expect((await announce(most, contentType)).media.status).toBe('awaiting_upload');
  }
});

test('completing twice changes nothing', async () => {
  const { media, upload } = await announce();
  expect((await put(upload.url, upload.headers, png)).status).toBe(200);
  const once = await maya.do(Media, 'POST', `/v1/media/${media.id}/complete`);
  expect(once).toMatchObject({ status: 'ready', version: 2 });
  expect(await maya.do(Media, 'POST', `/v1/media/${media.id}/complete`)).toEqual(once);
});
