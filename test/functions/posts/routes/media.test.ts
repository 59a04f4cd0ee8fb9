import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as mediaContract from '../../../../functions/posts/contract/media.ts';
import { defaultSettings } from '../../../../events/users.ts';
import * as scheduling from '../../../../functions/posts/contract/scheduling.ts';
import * as views from '../../../../functions/posts/contract/views.ts';
import * as writing from '../../../../functions/posts/contract/writing.ts';
import { Problem } from '../../../../shared/http/problem.ts';
import { owner } from '../../../support/http-event.ts';
import { accountId } from '../sample.ts';
import { openWorld, type World } from '../world.ts';
import { announce } from './steps.ts';

const { MediaView, PostView } = views;

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const png = { bytes: 8, head: new Uint8Array(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')), etag: '"abc"' };

describe('a media file', () => {
  test('is announced, uploaded, completed and used', async () => {
    const { media, upload } = await announce(world);
    expect(upload).toMatchObject({ method: 'PUT', headers: { 'content-type': 'image/png', 'content-length': '8' } });
    expect(media).toMatchObject({ status: 'awaiting_upload', altText: null });
    const path = { mediaId: media.id };

    const early = await world.call(mediaContract.completeMedia, Problem, { path });
    expect(early).toMatchObject({ status: 409, body: { code: 'media_not_uploaded' } });
    world.memory.uploads.set(media.id, png);
    const completed = await world.call(mediaContract.completeMedia, MediaView, { path });
    expect(completed).toMatchObject({ status: 200, etag: '"v2"', body: { status: 'ready' } });
    // Saying it again changes nothing.
    expect(await world.call(mediaContract.completeMedia, MediaView, { path })).toEqual(completed);
    expect(await world.call(mediaContract.getMedia, MediaView, { path })).toEqual(completed);

    const body = { accountId, parts: [{ mediaIds: [media.id] }] };
    expect((await world.call(writing.createPost, PostView, { body })).status).toBe(201);
  });

  test('must carry alt text where the workspace wants it, before it goes out', async () => {
    await world.memory.settings.learn(owner.workspaceId, 2, { ...defaultSettings, requireAltText: true });
    const { media } = await announce(world);
    world.memory.uploads.set(media.id, png);
    await world.call(mediaContract.completeMedia, MediaView, { path: { mediaId: media.id } });
    const body = { accountId, parts: [{ text: 'Look' }, { mediaIds: [media.id] }] };
    const { id: postId } = (await world.call(writing.createPost, PostView, { body })).body;
    expect(await world.call(scheduling.publishPost, Problem, { path: { postId } })).toMatchObject({
      status: 422,
      body: { code: 'alt_text_required', fields: [{ path: 'parts.1.mediaIds.0' }] },
    });
  });

  test('that is something else than announced is refused', async () => {
    const { media } = await announce(world, 'image/jpeg');
    world.memory.uploads.set(media.id, png);
    const answer = await world.call(mediaContract.completeMedia, Problem, { path: { mediaId: media.id } });
    expect(answer).toMatchObject({ status: 422, body: { code: 'media_mismatch' } });
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
