import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as z from 'zod';
import * as approval from '../../../../functions/posts/contract/approval.ts';
import * as mediaContract from '../../../../functions/posts/contract/media.ts';
import { defaultSettings } from '../../../../events/users.ts';
import * as scheduling from '../../../../functions/posts/contract/scheduling.ts';
import * as views from '../../../../functions/posts/contract/views.ts';
import * as writing from '../../../../functions/posts/contract/writing.ts';
import { Problem } from '../../../../shared/http/problem.ts';
import { owner } from '../../../support/http-event.ts';
import { accountId } from '../sample.ts';
import { openWorld, type World } from '../world.ts';
import * as samples from '../../../support/media-samples.ts';
import { announce } from './steps.ts';

const { MediaView, PostView } = views;

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const png = samples.png();

/** Announces, uploads and completes a file. */
const upload = async (contentType: string, file: Uint8Array): Promise<string> => {
  const { media } = await announce(world, contentType, file.length);
  world.memory.uploads.set(media.id, file);
  await world.call(mediaContract.completeMedia, MediaView, { path: { mediaId: media.id } });
  return media.id;
};

describe('a media file', () => {
  test('is announced, uploaded, completed and used', async () => {
    const { media, upload: target } = await announce(world, 'image/png', png.length);
    const headers = { 'content-type': 'image/png', 'content-length': String(png.length) };
    expect(target).toMatchObject({ method: 'PUT', headers });
    expect(media).toMatchObject({ status: 'awaiting_upload', altText: null, width: null, madeWithAi: false });
    const path = { mediaId: media.id };

    const early = await world.call(mediaContract.completeMedia, Problem, { path });
    expect(early).toMatchObject({ status: 409, body: { code: 'media_not_uploaded' } });
    world.memory.uploads.set(media.id, png);
    const completed = await world.call(mediaContract.completeMedia, MediaView, { path });
    expect(completed).toMatchObject({ status: 200, etag: '"v2"', body: { status: 'ready', width: 4, height: 3 } });
    // Saying it again changes nothing.
    expect(await world.call(mediaContract.completeMedia, MediaView, { path })).toEqual(completed);
    expect(await world.call(mediaContract.getMedia, MediaView, { path })).toEqual(completed);

    const body = { accountId, parts: [{ mediaIds: [media.id] }] };
    expect((await world.call(writing.createPost, PostView, { body })).status).toBe(201);
  });

  test('must carry alt text where the workspace wants it, before it goes out', async () => {
    await world.memory.settings.learn(owner.workspaceId, 2, { ...defaultSettings, requireAltText: true });
    const body = { accountId, parts: [{ text: 'Look' }, { mediaIds: [await upload('image/png', png)] }] };
    const { id: postId } = (await world.call(writing.createPost, PostView, { body })).body;
    expect(await world.call(scheduling.publishPost, Problem, { path: { postId } })).toMatchObject({
      status: 422,
      body: { code: 'alt_text_required', fields: [{ path: 'parts.1.mediaIds.0' }] },
    });
  });

  test('that is something else than announced is refused', async () => {
    const { media } = await announce(world, 'image/jpeg', png.length);
    world.memory.uploads.set(media.id, png);
    const answer = await world.call(mediaContract.completeMedia, Problem, { path: { mediaId: media.id } });
    expect(answer).toMatchObject({ status: 422, body: { code: 'media_mismatch', fields: [{ path: 'contentType' }] } });
  });

  test.each([
    [{ contentType: 'image/svg+xml', bytes: 8 }, 'body.contentType'],
    [{ contentType: 'image/png', bytes: 0 }, 'body.bytes'],
    [{ contentType: 'image/png', bytes: 5_242_881 }, 'body.bytes'],
    [{ contentType: 'image/png', bytes: 8, altText: 'a'.repeat(1001) }, 'body.altText'],
  ])('%j is refused at once', async (body, path) => {
    const answer = await world.call(mediaContract.createMedia, Problem, { body });
    expect(answer.status).toBe(400);
    expect(answer.body.fields?.map((field) => field.path)).toEqual([path]);
  });
});

describe('what is said about a media file', () => {
  const change = (mediaId: string, body: object, version = 2, reply: z.ZodType = MediaView) =>
    world.call(mediaContract.changeMedia, reply, { path: { mediaId }, body, headers: { 'if-match': `"v${version}"` } });

  test('is changed as the version that was read, and not otherwise', async () => {
    const video = await upload('video/mp4', samples.mp4());
    const subtitles = [{ mediaId: await upload('text/srt', samples.srt), languageCode: 'EN', name: 'English' }];
    const changed = await change(video, { altText: 'A cup', madeWithAi: true, subtitles });
    expect(changed).toMatchObject({
      status: 200,
      etag: '"v3"',
      body: { altText: 'A cup', madeWithAi: true, subtitles, durationMs: 2_000 },
    });
    expect(await change(video, { altText: 'A pot' }, 2, Problem)).toMatchObject({ status: 412 });
    const bare = { path: { mediaId: video }, body: { altText: 'A pot' } };
    expect(await world.call(mediaContract.changeMedia, Problem, bare)).toMatchObject({ status: 428 });
    expect((await world.call(mediaContract.getMedia, MediaView, { path: { mediaId: video } })).body.altText).toBe(
      'A cup',
    );
  });

  test.each([
    [{}, 400, undefined],
    [{ altText: '' }, 400, 'body.altText'],
    [
      { subtitles: [{ mediaId: 'med_01KATJ9V5H8Q3M4N5P6R7S8T9V', languageCode: 'english', name: 'English' }] },
      400,
      undefined,
    ],
    [
      { subtitles: [{ mediaId: 'med_01KATJ9V5H8Q3M4N5P6R7S8T9V', languageCode: 'EN', name: 'English' }] },
      422,
      'body.subtitles',
    ],
  ])('%j is refused', async (body, status, path) => {
    const answer = await change(await upload('image/png', png), body, 2, Problem);
    expect(answer.status).toBe(status);
    if (path !== undefined) expect(Problem.parse(answer.body).fields?.map((field) => field.path)).toEqual([path]);
  });

  test('changed after an approval, what goes out is approved no more', async () => {
    await world.memory.settings.learn(owner.workspaceId, 2, { ...defaultSettings, approval: 'required' });
    const mediaId = await upload('image/png', png);
    const body = { accountId, parts: [{ mediaIds: [mediaId] }] };
    const { id: postId } = (await world.call(writing.createPost, PostView, { body })).body;
    const publish = async () => (await world.call(scheduling.publishPost, Problem, { path: { postId } })).status;
    const approve = () => world.call(approval.approvePost, PostView, { path: { postId }, body: {} });
    await approve();
    await change(mediaId, { altText: 'Another cup' });
    expect(await publish()).toBe(409);
    const { contentHash } = (await approve()).body;
    const published = await world.call(scheduling.publishPost, PostView, { path: { postId } });
    expect(published).toMatchObject({ status: 202, body: { status: 'scheduled', contentHash } });
  });

  test('in the post that goes out is in the hash of its receipt', async () => {
    const mediaId = await upload('image/png', png);
    const body = { accountId, parts: [{ mediaIds: [mediaId] }] };
    const written = (await world.call(writing.createPost, PostView, { body })).body;
    const { scheduleVersion } = (await world.call(scheduling.publishPost, PostView, { path: { postId: written.id } }))
      .body;
    await change(mediaId, { altText: 'Another cup' });
    const input = { workspaceId: owner.workspaceId, postId: written.id, scheduleVersion };
    expect(await world.run('posts.claim', 'execution-1', input)).toMatchObject({
      media: [{ altText: 'Another cup', subtitles: [] }],
    });
    const claimed = await world.memory.posts.get(owner.workspaceId, written.id);
    expect(claimed.contentHash).not.toBe(written.contentHash);
  });
});
