import { deflateSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { expectProblem } from '../support/integration/answers.ts';
import { Announced, becomes, Media, picture, Post, publish, upload } from '../support/integration/desk.ts';
import { stage } from '../support/integration/stage.ts';
import { gif, jpeg, mp4, png as pngOf, srt, vp8, webp } from '../support/media-samples.ts';

const maya = new Marketer(stage);
let accountId = '';
let username = '';
beforeAll(async () => {
  await maya.join();
  username = await newXUser(stage);
  accountId = await maya.connect(username);
});

const announce = (bytes = picture.length, contentType = 'image/png') =>
  maya.do(Announced, 'POST', '/v1/media', { contentType, bytes });

const put = (url: string, headers: Record<string, string>, body: Uint8Array<ArrayBuffer>) =>
  fetch(url, { method: 'PUT', headers, body });

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));
const png = new Uint8Array(picture);

test('the signed link accepts only the announced type and length', async () => {
  const { upload } = await announce();
  const { url, headers } = upload;
  expect((await put(url, { ...headers, 'content-type': 'image/gif' }, png)).status).toBe(403);
  expect((await put(url, { ...headers, 'content-type': 'text/html' }, png)).status).toBe(403);
  const longer = new Uint8Array([...png, 0]);
  expect((await put(url, { 'content-type': 'image/png' }, longer)).status).toBe(403);
  expect((await put(url, { 'content-type': 'image/png' }, png.slice(0, -1))).status).toBe(403);
  expect((await put(url, headers, png)).status).toBe(200);
});

test('the signed link accepts one file, which cannot be replaced after it was inspected', async () => {
  const { media, upload } = await announce();
  const { url, headers } = upload;
  expect((await put(url, headers, png)).status).toBe(200);
  await maya.do(Media, 'POST', `/v1/media/${media.id}/complete`);
  const other = new Uint8Array(png).fill(0, 60);
  expect((await put(url, headers, other)).status).toBe(412);
  const { 'if-none-match': _, ...without } = headers;
  expect((await put(url, without, other)).status).toBe(403);
});

test('the signed link is refused for another key, for another method, and when it was tampered with', async () => {
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

test('completing a file before its upload is rejected with media_not_uploaded', async () => {
  const { media } = await announce();
  expectProblem(await maya.call('POST', `/v1/media/${media.id}/complete`), 409, 'media_not_uploaded');
});

test('text announced as a PNG is rejected with media_mismatch, and no post can use it', async () => {
  const text = bytesOf('<svg onload="alert(1)"></svg>');
  const { media, upload } = await announce(text.length);
  expect((await put(upload.url, upload.headers, text)).status).toBe(200);
  expectProblem(await maya.call('POST', `/v1/media/${media.id}/complete`), 422, 'media_mismatch');
  expect(await maya.do(Media, 'GET', `/v1/media/${media.id}`)).toMatchObject({ status: 'awaiting_upload', version: 1 });
  const refused = await maya.call('POST', '/v1/posts', { accountId, parts: [{ text: 'Look', mediaIds: [media.id] }] });
  expect(expectProblem(refused, 422, 'unpublishable').fields).toMatchObject([{ code: 'media_not_uploaded' }]);
});

test('a picture keeps its real type when another was announced, but is rejected in place of a video', async () => {
  const jpg = await announce(picture.length, 'image/jpg');
  expect(jpg.upload.headers).toMatchObject({ 'content-type': 'image/jpeg' });
  expect((await put(jpg.upload.url, jpg.upload.headers, png)).status).toBe(200);
  const kept = await maya.call('POST', `/v1/media/${jpg.media.id}/complete`);
  expect(kept).toMatchObject({ status: 200, body: { status: 'ready', contentType: 'image/png' } });
  const film = await announce(picture.length, 'video/mp4');
  expect((await put(film.upload.url, film.upload.headers, png)).status).toBe(200);
  expectProblem(await maya.call('POST', `/v1/media/${film.media.id}/complete`), 422, 'media_mismatch');
});

test('a file above the size limit of X is rejected with media_too_large before its upload', async () => {
  for (const [contentType, most] of [
    ['image/png', 5_242_880],
    ['image/gif', 15_728_640],
  ] as const) {
    const answer = await maya.call('POST', '/v1/media', { contentType, bytes: most + 1 });
    expectProblem(answer, 400, 'media_too_large');
    expect((await announce(most, contentType)).media.status).toBe('awaiting_upload');
  }
});

test('completing a file twice is idempotent', async () => {
  const { media, upload } = await announce();
  expect((await put(upload.url, upload.headers, png)).status).toBe(200);
  const once = await maya.do(Media, 'POST', `/v1/media/${media.id}/complete`);
  expect(once).toMatchObject({ status: 'ready', version: 2 });
  expect(await maya.do(Media, 'POST', `/v1/media/${media.id}/complete`)).toEqual(once);
});

const Looked = Media.extend({
  width: z.number().nullable(),
  height: z.number().nullable(),
  durationMs: z.number().nullable(),
  frames: z.number().nullable(),
});

test.each([
  ['image/png', pngOf(), { width: 4, height: 3, durationMs: null, frames: null }],
  ['image/jpeg', jpeg(), { width: 16, height: 8, durationMs: null, frames: null }],
  ['image/webp', webp(vp8()), { width: 6, height: 5, durationMs: null, frames: null }],
  ['image/png', Buffer.concat([pngOf(), bytesOf('PK\x03\x04')]), { width: 4, height: 3 }],
  ['image/gif', gif({ frames: 3 }), { width: 2, height: 2, durationMs: 300, frames: 3 }],
  ['video/mp4', mp4({ mdatBytes: 3_000_000, indexLast: true }), { width: 640, height: 360, durationMs: 2_000 }],
  ['video/quicktime', mp4({ brand: 'qt  ' }), { width: 640, height: 360, durationMs: 2_000 }],
  ['text/srt', srt, { width: null, durationMs: null }],
])('%s is inspected, and its dimensions and duration are returned', async (contentType, file, found) => {
  const answer = await upload(maya, contentType, file);
  expect([answer.status, Looked.parse(answer.body)]).toMatchObject([200, { status: 'ready', ...found }]);
});

test.each([
  ['an archive in place of a picture', 'image/png', Buffer.from('PK\x03\x04'), 'media_mismatch'],
  ['a bomb', 'image/png', pngOf({ pixels: deflateSync(Buffer.alloc(100_000_000)) }), 'media_broken'],
  ['a picture of a gigabyte', 'image/png', pngOf({ width: 30_000, height: 30_000 }), 'media_dimensions'],
  ['a script that is a GIF', 'image/gif', gif({ width: 0x2a2f, height: 0x2f2f }), 'media_dimensions'],
  ['half a video', 'video/mp4', mp4().subarray(0, -1), 'media_broken'],
  ['a video that X does not show', 'video/mp4', mp4({ codec: 'hvc1' }), 'media_codec'],
  ['a video that is too short', 'video/mp4', mp4({ seconds: 0.3 }), 'media_duration'],
  ['a page as subtitles', 'text/vtt', Buffer.from('WEBVTT\n\n<script>alert(1)</script>'), 'media_subtitles'],
])('%s is rejected with a code for the reason and a field', async (_, contentType, file, code) => {
  const refused = expectProblem(await upload(maya, contentType, file), 422, code);
  expect(refused.fields).toMatchObject([{ code }]);
});

test('a thread is published with a subtitled video and an animation', async () => {
  const idOf = async (contentType: string, file: Buffer, altText: string | null = null) =>
    Media.parse((await upload(maya, contentType, file, altText)).body).id;
  const film = mp4({ mdatBytes: 2_500_000 });
  const [video, animation, track] = [
    await idOf('video/mp4', film, 'Beans are roasted'),
    await idOf('image/gif', gif()),
    await idOf('text/srt', srt),
  ];
  const subtitles = [{ mediaId: track, languageCode: 'EN', name: 'English' }];
  const change = await maya.call('PATCH', `/v1/media/${video}`, { subtitles }, { 'if-match': '"v2"' });
  expect(change).toMatchObject({ status: 200, body: { subtitles, version: 3 } });

  const alone = await maya.call('POST', '/v1/posts', { accountId, parts: [{ text: 'Words', mediaIds: [track] }] });
  expect(expectProblem(alone, 422, 'unpublishable').fields).toMatchObject([{ code: 'media_is_subtitles' }]);
  const mixed = { accountId, parts: [{ text: 'Both', mediaIds: [video, animation] }] };
  expect(expectProblem(await maya.call('POST', '/v1/posts', mixed), 422, 'unpublishable').fields).toMatchObject([
    { code: 'media_mix' },
  ]);

  const parts = [
    { text: 'How we roast', mediaIds: [video] },
    { text: 'And how we laugh', mediaIds: [animation] },
  ];
  const post = await maya.do(Post, 'POST', '/v1/posts', { accountId, parts });
  await publish(maya, post);
  await becomes(maya, post, 'published');
  const shown = (await postsOnX(stage, username)).filter(
    ({ rawText }) => rawText.includes('how we') || rawText.includes('How we'),
  );
  expect(shown).toMatchObject([
    {
      rawText: 'How we roast',
      media: [
        {
          kind: 'video',
          size: film.length,
          durationMs: 2_000,
          altText: 'Beans are roasted',
          subtitles: [{ language: 'EN', name: 'English' }],
        },
      ],
    },
    { rawText: 'And how we laugh', media: [{ kind: 'gif' }] },
  ]);
});
