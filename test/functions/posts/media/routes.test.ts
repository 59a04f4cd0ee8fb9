import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { MediaDeleted } from '#events/posts.ts';
import { defaultSettings } from '#events/users.ts';
import * as approval from '#functions/posts/approval/contract.ts';
import * as mediaContract from '#functions/posts/media/contract.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import * as views from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { owner, type SignedIn } from '#test/support/http-event.ts';
import * as samples from '#test/support/media-samples.ts';
import { announce, type Harness, harness } from '../harness.ts';
import { accountId, author } from '../samples.ts';

const { MediaView } = mediaContract;
const { PostView } = views;

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const png = samples.png();

/** Announces, uploads and completes a file. */
const upload = async (contentType: string, file: Uint8Array): Promise<string> => {
  const { media } = await announce(context, contentType, file.length);
  context.deps.uploads.set(media.id, file);
  await context.ask(mediaContract.completeMedia, MediaView, { path: { mediaId: media.id } });
  return media.id;
};

describe('a media file', () => {
  test('is announced, uploaded, completed and used', async () => {
    const { media, upload: target } = await announce(context, 'image/png', png.length);
    const headers = { 'content-type': 'image/png', 'content-length': String(png.length) };
    expect(target).toMatchObject({ method: 'PUT', headers });
    expect(media).toMatchObject({ status: 'awaiting_upload', altText: null, width: null, madeWithAi: false });
    const path = { mediaId: media.id };

    const early = await context.ask(mediaContract.completeMedia, Problem, { path });
    expect(early).toMatchObject({ status: 409, body: { code: 'media_not_uploaded' } });
    context.deps.uploads.set(media.id, png);
    const completed = await context.ask(mediaContract.completeMedia, MediaView, { path });
    expect(completed).toMatchObject({ status: 200, etag: '"v2"', body: { status: 'ready', width: 4, height: 3 } });
    // Completing it again changes nothing.
    expect(await context.ask(mediaContract.completeMedia, MediaView, { path })).toEqual(completed);
    expect(await context.ask(mediaContract.getMedia, MediaView, { path })).toEqual(completed);

    const body = { accountId, parts: [{ mediaIds: [media.id] }] };
    expect((await context.ask(writing.createPost, PostView, { body })).status).toBe(201);
  });

  test('without alt text cannot be published where the workspace requires alt text', async () => {
    await context.deps.settings.learn(owner.workspaceId, 2, { ...defaultSettings, requireAltText: true });
    const body = { accountId, parts: [{ text: 'Look' }, { mediaIds: [await upload('image/png', png)] }] };
    const { id: postId } = (await context.ask(writing.createPost, PostView, { body })).body;
    expect(await context.ask(scheduling.publishPost, Problem, { path: { postId } })).toMatchObject({
      status: 422,
      body: { code: 'alt_text_required', fields: [{ path: 'parts.1.mediaIds.0' }] },
    });
  });

  test('is stored with its real type when another type of the same kind was announced', async () => {
    const { media, upload: target } = await announce(context, 'image/jpg', png.length);
    expect([media.contentType, target.headers['content-type']]).toEqual(['image/jpeg', 'image/jpeg']);
    context.deps.uploads.set(media.id, png);
    const path = { mediaId: media.id };
    expect(await context.ask(mediaContract.completeMedia, MediaView, { path })).toMatchObject({
      status: 200,
      body: { status: 'ready', contentType: 'image/png', width: 4, height: 3 },
    });
  });

  test('that is another kind of file than announced is refused with media_mismatch', async () => {
    const { media } = await announce(context, 'video/mp4', png.length);
    context.deps.uploads.set(media.id, png);
    const answer = await context.ask(mediaContract.completeMedia, Problem, { path: { mediaId: media.id } });
    expect(answer).toMatchObject({ status: 422, body: { code: 'media_mismatch', fields: [{ path: 'contentType' }] } });
  });

  test.each([
    [{ contentType: 'image/svg+xml', bytes: 8 }, 'body.contentType'],
    [{ contentType: 'image/png', bytes: 0 }, 'body.bytes'],
    [{ contentType: 'image/png', bytes: 5_242_881 }, 'body.bytes'],
    [{ contentType: 'image/png', bytes: 8, altText: 'a'.repeat(1001) }, 'body.altText'],
  ])('announced as %j is refused with 400', async (body, path) => {
    const answer = await context.ask(mediaContract.createMedia, Problem, { body });
    expect(answer.status).toBe(400);
    expect(answer.body.fields?.map((field) => field.path)).toEqual([path]);
  });
});

describe('the description of a media file', () => {
  const change = (mediaId: string, body: object, version = 2, reply: z.ZodType = MediaView) =>
    context.ask(mediaContract.changeMedia, reply, {
      path: { mediaId },
      body,
      headers: { 'if-match': `"v${version}"` },
    });

  test('is changed only at the version that was read: 412 when stale, 428 without If-Match', async () => {
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
    expect(await context.ask(mediaContract.changeMedia, Problem, bare)).toMatchObject({ status: 428 });
    expect((await context.ask(mediaContract.getMedia, MediaView, { path: { mediaId: video } })).body.altText).toBe(
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
  ])('is refused when it is %j', async (body, status, path) => {
    const answer = await change(await upload('image/png', png), body, 2, Problem);
    expect(answer.status).toBe(status);
    if (path !== undefined) expect(Problem.parse(answer.body).fields?.map((field) => field.path)).toEqual([path]);
  });

  test('changed after an approval voids it until the post is approved again', async () => {
    await context.deps.settings.learn(owner.workspaceId, 2, { ...defaultSettings, approval: 'required' });
    const mediaId = await upload('image/png', png);
    const body = { accountId, parts: [{ mediaIds: [mediaId] }] };
    const { id: postId } = (await context.ask(writing.createPost, PostView, { body })).body;
    const publish = async () => (await context.ask(scheduling.publishPost, Problem, { path: { postId } })).status;
    const approve = () =>
      context.ask(approval.approvePost, PostView, { path: { postId }, headers: { 'if-match': '*' }, body: {} });
    await approve();
    await change(mediaId, { altText: 'Another cup' });
    expect(await publish()).toBe(409);
    const { contentHash } = (await approve()).body;
    const published = await context.ask(scheduling.publishPost, PostView, { path: { postId } });
    expect(published).toMatchObject({ status: 202, body: { status: 'scheduled', contentHash } });
  });

  test('changed before the claim is published as changed, and changes the content hash', async () => {
    const mediaId = await upload('image/png', png);
    const body = { accountId, parts: [{ mediaIds: [mediaId] }] };
    const written = (await context.ask(writing.createPost, PostView, { body })).body;
    const { scheduleVersion } = (await context.ask(scheduling.publishPost, PostView, { path: { postId: written.id } }))
      .body;
    await change(mediaId, { altText: 'Another cup' });
    const input = { workspaceId: owner.workspaceId, postId: written.id, scheduleVersion };
    expect(await context.run('posts.claim', input, 'execution-1')).toMatchObject({
      media: [{ altText: 'Another cup', subtitles: [] }],
    });
    const claimed = await context.deps.posts.get(owner.workspaceId, written.id);
    expect(claimed.contentHash).not.toBe(written.contentHash);
  });
});

describe('media storage', () => {
  const usage = async () =>
    (await context.ask(mediaContract.getMediaUsage, mediaContract.getMediaUsage.response, {})).body;
  /** Announces a file, as the owner or as another person. */
  const create = (bytes: number, contentType = 'video/mp4', who = 'V') =>
    context.call(mediaContract.createMedia, { body: { contentType, bytes }, as: personCalled(who) });
  const personCalled = (who: string) => ({ ...owner, personId: `${owner.personId.slice(0, -1)}${who}` });
  const idOf = ({ body }: { body: unknown }) => z.object({ media: z.object({ id: z.string() }) }).parse(body).media.id;
  const codeOf = ({ body }: { body: unknown }) => Problem.parse(body).code;
  const later = (seconds: number) => {
    context.clock.set(new Date(context.clock.now().getTime() + seconds * 1_000));
  };

  test('counts a file from its announcement', async () => {
    const none = { usedBytes: 0, limitBytes: 1_000_000_000, files: 0, openUploads: 0, mostOpenUploads: 5 };
    expect(await usage()).toEqual(none);
    await announce(context, 'image/png', 300);
    expect(await usage()).toEqual({ ...none, usedBytes: 300, openUploads: 1 });
    await upload('image/png', png);
    expect(await usage()).toEqual({ ...none, usedBytes: 300 + png.length, files: 1, openUploads: 1 });
  });

  test('is limited, under concurrent announcements too', async () => {
    const answers = await Promise.all([
      create(500_000_000),
      create(400_000_000, 'video/mp4', 'W'),
      create(300_000_000, 'video/mp4', 'X'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409]);
    expect(answers.filter(({ status }) => status === 409).map(codeOf)).toEqual(['media_storage_full']);
    const refused = await create(400_000_000, 'video/mp4', 'Y');
    expect(codeOf(refused)).toBe('media_storage_full');
    expect(refused.raw).toMatch(/ of 1000000000 bytes/);
  });

  test('allows a limited number of open uploads, each of which expires after a day', async () => {
    for (const who of ['V', 'V', 'W', 'W', 'X']) {
      expect((await create(8, 'image/png', who)).status).toBe(201);
      later(60);
    }
    const [first] = (await context.ask(mediaContract.listMedia, mediaContract.listMedia.response, {})).body.items.slice(
      -1,
    );
    expect(codeOf(await create(8, 'image/png', 'Y'))).toBe('too_many_uploads');
    later(86_400 - 300);
    // The first has expired, the second has not.
    const ended = { path: { mediaId: first?.id ?? '' } };
    expect((await context.call(mediaContract.getMedia, ended)).status).toBe(404);
    expect((await context.call(mediaContract.completeMedia, ended)).status).toBe(404);
    expect(await usage()).toMatchObject({ usedBytes: 32, openUploads: 4 });
    expect((await create(8, 'image/png')).status).toBe(201);
    expect(codeOf(await create(8, 'image/png', 'Y'))).toBe('too_many_uploads');
  });

  test('allows one person half of the open uploads', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(async () => create(8, 'image/png')));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
    const refused = await create(8, 'image/png');
    expect(codeOf(refused)).toBe('too_many_uploads');
    expect(refused.raw).toMatch(/one person may have 2 of the workspace's 5/);
    expect((await create(8, 'image/png', 'W')).status).toBe(201);
    // Files that were deleted, by anyone, or have expired no longer count.
    const [first] = answers.filter(({ status }) => status === 201);
    if (!first) throw new Error('nothing was announced');
    const gone = { path: { mediaId: idOf(first) }, headers: { 'if-match': '*' }, as: personCalled('W') };
    expect((await context.call(mediaContract.deleteMedia, gone)).status).toBe(204);
    expect((await create(8, 'image/png')).status).toBe(201);
    expect((await create(8, 'image/png')).status).toBe(409);
    later(86_401);
    expect((await create(8, 'image/png')).status).toBe(201);
    expect((await create(8, 'image/png')).status).toBe(201);
    expect((await create(8, 'image/png')).status).toBe(409);
  });

  test('allows one person’s open uploads half of the free bytes', async () => {
    const answers = await Promise.all([create(300_000_000), create(300_000_000)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const refused = await create(200_000_001);
    expect(codeOf(refused)).toBe('upload_share_full');
    expect(refused.raw).toMatch(/One person may use 500000000 bytes for open uploads, half of the free storage/);
    expect(codeOf(await create(500_000_001, 'video/mp4', 'W'))).toBe('upload_share_full');
    expect((await create(500_000_000, 'video/mp4', 'W')).status).toBe(201);
    expect((await create(200_000_000)).status).toBe(201);
  });

  test('does not count completed files as open uploads of a person', async () => {
    for (let each = 0; each < 4; each += 1) await upload('image/png', png);
    expect(await usage()).toMatchObject({ files: 4, openUploads: 0 });
    const answers = await Promise.all([1, 2, 3].map(async () => create(8, 'image/png')));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409]);
  });

  test('counts a file once when it is completed twice, concurrently or later', async () => {
    const { media } = await announce(context, 'image/png', png.length);
    context.deps.uploads.set(media.id, png);
    const complete = () => context.call(mediaContract.completeMedia, { path: { mediaId: media.id } });
    const concurrent = await Promise.all([complete(), complete()]);
    expect(concurrent.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await complete()).status).toBe(200);
    expect(await usage()).toMatchObject({ usedBytes: png.length, files: 1, openUploads: 0 });
    // A completed file does not expire.
    later(400 * 86_400);
    expect((await context.call(mediaContract.getMedia, { path: { mediaId: media.id } })).status).toBe(200);
  });

  test('is computed from the files when there is no counter yet', async () => {
    await upload('image/png', png);
    await announce(context, 'image/png', 300);
    const counted = await usage();
    await context.table.delete({ pk: owner.workspaceId, sk: 'MEDIA_USAGE' });
    expect(await usage()).toEqual(counted);
  });

  test('is separate for each workspace', async () => {
    await upload('image/png', png);
    const as = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
    const answer = await context.ask(mediaContract.getMediaUsage, mediaContract.getMediaUsage.response, { as });
    expect(answer.body).toMatchObject({ usedBytes: 0, files: 0 });
    const list = await context.ask(mediaContract.listMedia, mediaContract.listMedia.response, { as });
    expect(list.body.items).toEqual([]);
  });
});

describe('deleting a media file', () => {
  const remove = (mediaId: string, as: SignedIn = owner) =>
    context.ask(mediaContract.deleteMedia, z.unknown(), { path: { mediaId }, as });
  const usage = async () =>
    (await context.ask(mediaContract.getMediaUsage, mediaContract.getMediaUsage.response, {})).body;
  const withFile = async (mediaId: string) => {
    const body = { accountId, parts: [{ text: `See ${mediaId}`, mediaIds: [mediaId] }] };
    return (await context.ask(writing.createPost, PostView, { body })).body;
  };
  /** A noted use counts for a minute even without a post. */
  const aMinuteLater = () => {
    context.clock.set(new Date(context.clock.now().getTime() + 61_000));
  };
  /** Delivers the published deletions to this context itself. */
  const hear = async () => {
    for (const { definition, detail } of context.events()) {
      if (definition.type !== MediaDeleted.type) continue;
      const { bytes } = MediaDeleted.data.parse(detail.data);
      await context.happened(MediaDeleted, detail.entityId, detail.entityVersion, { bytes });
    }
  };

  test('removes its bytes, frees its storage and takes it off the list', async () => {
    const kept = await upload('image/png', png);
    const gone = await upload('image/png', png);
    expect((await remove(gone)).status).toBe(204);
    expect(await usage()).toMatchObject({ usedBytes: png.length, files: 1 });
    await hear();
    expect([...context.deps.uploads.keys()]).toEqual([kept]);
    expect((await remove(gone)).status).toBe(404);
    const { items } = (await context.ask(mediaContract.listMedia, mediaContract.listMedia.response, {})).body;
    expect(items.map(({ id }) => id)).toEqual([kept]);
    const body = { accountId, parts: [{ mediaIds: [gone] }] };
    expect((await context.ask(writing.createPost, Problem, { body })).body.fields).toMatchObject([
      { code: 'media_not_found' },
    ]);
    expect(context.told().filter(([type]) => type === 'media.deleted')).toEqual([
      ['media.deleted', { bytes: png.length }],
    ]);
  });

  test('before completion frees its storage', async () => {
    const { media } = await announce(context, 'image/png', 300);
    expect((await remove(media.id)).status).toBe(204);
    expect(await usage()).toMatchObject({ usedBytes: 0, openUploads: 0 });
  });

  test('is refused with media_in_use, naming the posts that use it, until they are published or deleted', async () => {
    const mediaId = await upload('image/png', png);
    const draft = await withFile(mediaId);
    const other = await withFile(mediaId);
    aMinuteLater();
    const refused = await remove(mediaId);
    expect(refused).toMatchObject({ status: 409, body: { code: 'media_in_use' } });
    expect(
      Problem.parse(refused.body)
        .fields?.map(({ message }) => message)
        .sort(),
    ).toEqual([`is used by ${draft.id}`, `is used by ${other.id}`].sort());
    await context.ask(scheduling.schedulePost, PostView, {
      path: { postId: draft.id },
      body: { publishAt: inAnHour() },
    });
    expect((await remove(mediaId)).status).toBe(409);
    const scheduled = await context.deps.posts.get(owner.workspaceId, draft.id);
    await context.deps.posts.save({ ...scheduled, status: 'published' }, author);
    await context.ask(writing.deletePost, z.unknown(), { path: { postId: other.id } });
    expect((await remove(mediaId)).status).toBe(204);
  });
  const inAnHour = () => new Date(context.clock.now().getTime() + 3_600_000).toISOString();

  test('is allowed once the post no longer uses it', async () => {
    const mediaId = await upload('image/png', png);
    const { id: postId } = await withFile(mediaId);
    const body = { parts: [{ text: 'Without' }] };
    await context.ask(writing.changePost, PostView, { path: { postId }, headers: { 'if-match': '*' }, body });
    aMinuteLater();
    expect((await remove(mediaId)).status).toBe(204);
  });

  test('is refused with media_in_use while it is the subtitles of a video', async () => {
    const video = await upload('video/mp4', samples.mp4());
    const track = await upload('text/srt', samples.srt);
    const subtitles = [{ mediaId: track, languageCode: 'EN', name: 'English' }];
    const change = (body: object) =>
      context.call(mediaContract.changeMedia, { path: { mediaId: video }, headers: { 'if-match': '*' }, body });
    expect((await change({ subtitles })).status).toBe(200);
    aMinuteLater();
    expect(await remove(track)).toMatchObject({ status: 409, body: { code: 'media_in_use' } });
    expect((await change({ subtitles: [] })).status).toBe(200);
    expect((await remove(track)).status).toBe(204);
  });

  test('and writing a post that uses it exclude each other when concurrent', async () => {
    const mediaId = await upload('image/png', png);
    const { media, mediaUses } = context.deps;
    const file = await media.get(owner.workspaceId, mediaId);
    // As by a request in flight: noted, not written yet.
    await mediaUses.note(owner.workspaceId, 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V', [mediaId]);
    expect(await remove(mediaId)).toMatchObject({ status: 409, body: { code: 'media_in_use' } });
    // While a deletion looks for uses, none may begin.
    await mediaUses.lock(owner.workspaceId, mediaId);
    const body = { accountId, parts: [{ mediaIds: [mediaId] }] };
    expect(await context.ask(writing.createPost, Problem, { body })).toMatchObject({
      status: 409,
      body: { code: 'media_being_deleted' },
    });
    aMinuteLater();
    expect((await context.ask(writing.createPost, PostView, { body })).status).toBe(201);
    expect(await media.get(owner.workspaceId, mediaId)).toEqual(file);
  });

  test('is allowed for roles that may write posts, and not from another workspace', async () => {
    const mediaId = await upload('image/png', png);
    expect((await remove(mediaId, { ...owner, role: 'analyst' })).status).toBe(403);
    expect((await remove(mediaId, { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' })).status).toBe(404);
    expect((await remove(mediaId, { ...owner, role: 'editor' })).status).toBe(204);
  });
});
