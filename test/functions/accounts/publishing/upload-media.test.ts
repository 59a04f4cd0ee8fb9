import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MediaToUpload } from '#events/publishing.ts';
import type { Account } from '#functions/accounts/domain/account.ts';
import { uploadMedia } from '#functions/accounts/publishing/upload-media.ts';
import { newId } from '#shared/ids.ts';
import { mp4, srt } from '#test/support/media-samples.ts';
import { author, etagOf, type Harness, harness, partOn } from '../harness.ts';

let context: Harness;
let account: Account;
beforeEach(async () => {
  context = await harness({ timeoutMs: 5_000 });
  account = await context.connect('acme_coffee');
});
afterEach(() => context.sandbox.close());

/** A PNG header, followed by bytes that reveal a lost or doubled chunk. */
const png = (bytes: number) => {
  const file = Buffer.alloc(bytes);
  for (let place = 0; place < bytes; place += 4) file.writeUInt32BE(place % 0xffffffff, Math.min(place, bytes - 4));
  file.write('\x89PNG\r\n\x1a\n', 0, 'latin1');
  file.writeUInt32BE(800, 16);
  file.writeUInt32BE(600, 20);
  return file;
};
const gif = () => Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

const stored = (file: Buffer, change: Partial<MediaToUpload> = {}): MediaToUpload => {
  const mediaId = newId('med', new Date());
  const objectKey = `${account.workspaceId}/${mediaId}`;
  context.files.set(objectKey, file);
  return {
    mediaId,
    objectKey,
    contentType: 'image/png',
    bytes: file.length,
    altText: null,
    etag: null,
    subtitles: [],
    ...change,
  };
};
const upload = (media: MediaToUpload, deps = context.deps) => {
  const { workspaceId, id: accountId } = account;
  return uploadMedia(
    deps,
    { workspaceId, accountId, postId: newId('pst', new Date()), campaignId: null, media },
    author,
  );
};
const sha256 = (file: Buffer) => createHash('sha256').update(file).digest('hex');
const uploads = async () => (await context.requests()).filter(({ operation }) => operation === 'initializeMediaUpload');

describe('a media file', () => {
  test('is uploaded to X whole, in chunks of one MiB, with its alt text, and is posted', async () => {
    const file = png(2 * 1024 * 1024 + 12_344);
    const media = stored(file, { altText: 'A cup of coffee' });
    expect(await upload(media)).toEqual({ outcome: 'ready' });
    const appends = (await context.requests()).filter(({ operation }) => operation === 'appendMediaUpload');
    expect(appends).toHaveLength(3);
    expect(await context.publish(partOn(account, { mediaIds: [media.mediaId] }))).toMatchObject({
      outcome: 'published',
    });
    const [post] = await context.posts();
    expect(post?.media).toMatchObject([{ sha256: sha256(file), altText: 'A cup of coffee' }]);
  });

  test('that differs from the one that was checked is refused with media_missing', async () => {
    const file = png(1_000);
    const media = stored(file, { etag: etagOf(file) });
    context.files.set(media.objectKey, png(1_000).fill(7, 100));
    expect(await upload(media)).toMatchObject({ outcome: 'refused', code: 'media_missing' });
    context.files.set(media.objectKey, file);
    expect(await upload(media)).toEqual({ outcome: 'ready' });
  });

  test('is uploaded once while X keeps it, and again when X is about to discard it', async () => {
    const media = stored(png(1_000));
    await upload(media);
    expect(await upload(media)).toEqual({ outcome: 'ready' });
    expect(await uploads()).toHaveLength(1);
    context.clock.pass((24 * 60 - 5) * 60_000);
    expect(await context.publish(partOn(account, { mediaIds: [media.mediaId] }))).toEqual({ outcome: 'not_reached' });
    await upload(media);
    expect(await uploads()).toHaveLength(2);
  });

  test('is uploaded again once X has discarded it, even if its item is still there, because TTL deletes late', async () => {
    const media = stored(png(1_000));
    expect(await upload(media)).toEqual({ outcome: 'ready' });
    context.clock.pass(25 * 60 * 60_000);
    expect(await upload(media)).toEqual({ outcome: 'ready' });
    // Of two concurrent uploads, only one starts over.
    context.clock.pass(25 * 60 * 60_000);
    const both = await Promise.all([upload(media), upload(media)]);
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(['ready', 'uploading']);
  });

  test('is waited for while X processes it, and only then posted', async () => {
    const media = stored(gif(), { contentType: 'image/gif', altText: 'It moves' });
    const first = await upload(media);
    expect(first).toMatchObject({ outcome: 'processing' });
    const part = partOn(account, { mediaIds: [media.mediaId] });
    expect(await context.publish(part)).toEqual({ outcome: 'not_reached' });
    context.clock.pass(5_000);
    expect(await upload(media)).toEqual({ outcome: 'ready' });
    expect(await uploads()).toHaveLength(1);
    await context.publish(part);
    expect((await context.posts())[0]?.media).toMatchObject([{ altText: 'It moves' }]);
  });

  test('in a post whose answer was lost is adopted with that post, which is not sent twice', async () => {
    const media = stored(png(1_000));
    await upload(media);
    await context.faults({ method: 'POST', path: '/2/tweets', fault: { kind: 'cut', phase: 'after' } });
    const outcomes = await context.publishToTheEnd(partOn(account, { text: '', mediaIds: [media.mediaId] }));
    expect(outcomes.at(-1)).toMatchObject({ outcome: 'published' });
    expect(await context.posts()).toHaveLength(1);
  });

  test.each([
    ['POST', '/2/media/upload/initialize'],
    ['POST', '/2/media/upload/:id/append'],
    ['POST', '/2/media/upload/:id/finalize'],
    ['POST', '/2/media/metadata'],
  ])('is started over after %s %s was cut', async (method, path) => {
    await context.faults({ method, path, fault: { kind: 'cut', phase: 'before' } });
    const media = stored(png(1_000), { altText: 'A cup' });
    expect(await upload(media)).toMatchObject({ outcome: 'rate_limited', code: 'x_unreachable' });
    expect(await upload(media)).toEqual({ outcome: 'ready' });
  });

  test('continues with a new token when X refuses the old one midway', async () => {
    await context.faults({ method: 'POST', path: '/2/media/upload/:id/append', fault: { kind: 'unauthorized' } });
    expect(await upload(stored(png(1_000)))).toEqual({ outcome: 'ready' });
  });

  test('that is not a picture is refused', async () => {
    expect(await upload(stored(Buffer.from('no picture at all')))).toMatchObject({ outcome: 'refused' });
  });

  test('that is missing, or shorter than announced, is refused with media_missing', async () => {
    const media = stored(png(1_000));
    context.files.delete(media.objectKey);
    expect(await upload(media)).toMatchObject({ outcome: 'refused', code: 'media_missing' });
    expect(await upload({ ...stored(png(1_000)), bytes: 2_000 })).toMatchObject({ code: 'media_missing' });
  });

  test('of another workspace cannot be uploaded', async () => {
    const media = stored(png(1_000));
    await expect(upload({ ...media, objectKey: `${newId('wsp', new Date())}/${media.mediaId}` })).rejects.toThrow();
  });

  test('waits when X allows no more uploads', async () => {
    await context.faults({ method: 'POST', path: '/2/media/upload/initialize', fault: { kind: 'rateLimit' } });
    expect(await upload(stored(png(1_000)))).toMatchObject({ outcome: 'rate_limited', code: 'x_rate_limited' });
  });
});

describe('a large file', () => {
  const segments = async () =>
    (await context.requests()).filter(({ operation }) => operation === 'appendMediaUpload').length;
  /** How long a segment takes: three fit into one invocation, which has 30 seconds and reserves ten for a call. */
  const segmentMs = 6_000;
  const slowly = () => ({
    ...context.deps,
    mediaObjects: {
      read: async (...range: Parameters<typeof context.deps.mediaObjects.read>) => {
        context.clock.pass(segmentMs);
        return context.deps.mediaObjects.read(...range);
      },
    },
  });
  const video = (mebibytes: number) =>
    stored(mp4({ mdatBytes: mebibytes * 1024 * 1024 - 2_000 }), { contentType: 'video/mp4' });
  const append = { method: 'POST', path: '/2/media/upload/:id/append' };

  test('takes several invocations, each of which continues where the previous one stopped', async () => {
    const media = video(8);
    for (const sent of [3, 6]) {
      expect(await upload(media, slowly())).toMatchObject({ outcome: 'uploading' });
      expect(await segments()).toBe(sent);
    }
    expect(await upload(media, slowly())).toMatchObject({ outcome: 'processing' });
    context.clock.pass(5_000);
    expect(await upload(media)).toEqual({ outcome: 'ready' });
    expect([await segments(), (await uploads()).length]).toEqual([8, 1]);
    await context.publish(partOn(account, { mediaIds: [media.mediaId] }));
    const file = Buffer.from(context.files.get(media.objectKey) ?? []);
    expect((await context.posts())[0]?.media).toMatchObject([{ sha256: sha256(file), kind: 'video' }]);
  });

  test('continues after a rate limit of X without starting over', async () => {
    await context.faults({ ...append, fault: { kind: 'rateLimit' } });
    const media = video(3);
    expect(await upload(media, slowly())).toMatchObject({ outcome: 'rate_limited' });
    context.clock.pass(16 * 60_000);
    expect(await upload(media)).toMatchObject({ outcome: 'processing' });
    expect(await uploads()).toHaveLength(1);
  });

  test('is started over when the outcome of a segment is unknown: X does not say whether one may be sent twice', async () => {
    const media = video(8);
    await upload(media, slowly());
    await context.faults({ ...append, fault: { kind: 'cut', phase: 'after' } });
    expect(await upload(media)).toMatchObject({ outcome: 'rate_limited', code: 'x_unreachable' });
    expect(await upload(media)).toMatchObject({ outcome: 'processing' });
    expect(await uploads()).toHaveLength(2);
  });

  test('is sent by one invocation at a time, and started over once the hold of a killed one has expired', async () => {
    const media = video(3);
    const killed = {
      ...context.deps,
      x: { ...context.deps.x, appendMedia: async () => new Promise<never>(() => undefined) },
    };
    void upload(media, killed);
    let { retryAt } = { retryAt: '' };
    await expect
      .poll(async () => {
        const held = await context.deps.uploads.find(account.workspaceId, account.id, media.mediaId);
        return (retryAt = held?.heldUntil ?? '');
      })
      .not.toBe('');
    expect(await upload(media)).toEqual({ outcome: 'uploading', retryAt });
    expect(await uploads()).toHaveLength(1);
    context.clock.pass(context.deps.pace.functionMs);
    expect(await upload(media)).toMatchObject({ outcome: 'processing' });
    expect(await uploads()).toHaveLength(2);
  });

  test('that two invocations start concurrently is sent by only one of them', async () => {
    const media = video(2);
    const outcomes = await Promise.all([upload(media), upload(media)]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['processing', 'uploading']);
    expect(await segments()).toBe(2);
  });

  test('is uploaded again when its alt text changes, since X keeps the first one', async () => {
    const media = stored(png(1_000), { altText: 'A cup' });
    await upload(media);
    const changed = { ...media, altText: 'A pot' };
    expect(await upload(changed)).toEqual({ outcome: 'ready' });
    expect(await upload(changed)).toEqual({ outcome: 'ready' });
    expect(await uploads()).toHaveLength(2);
    await context.publish(partOn(account, { mediaIds: [media.mediaId] }));
    expect((await context.posts())[0]?.media).toMatchObject([{ altText: 'A pot' }]);
  });
});

describe('a video with subtitles', () => {
  const withSubtitles = () => {
    const { altText: _, subtitles: __, ...track } = stored(srt, { contentType: 'text/srt' });
    const subtitles = [{ ...track, languageCode: 'EN', name: 'English' }];
    return stored(mp4(), { contentType: 'video/mp4', altText: 'A cup', subtitles });
  };

  test('is posted with them once X has processed it', async () => {
    const media = withSubtitles();
    expect(await upload(media)).toMatchObject({ outcome: 'processing' });
    context.clock.pass(5_000);
    expect(await upload(media)).toEqual({ outcome: 'ready' });
    await context.publish(partOn(account, { mediaIds: [media.mediaId] }));
    const shown = { kind: 'video', altText: 'A cup', subtitles: [{ language: 'EN', name: 'English' }] };
    expect((await context.posts())[0]?.media).toMatchObject([shown]);
    expect(await uploads()).toHaveLength(2);
  });

  test('associates them again when the answer of X was lost, and uploads neither file twice', async () => {
    const media = withSubtitles();
    await upload(media);
    context.clock.pass(5_000);
    await context.faults({ method: 'POST', path: '/2/media/subtitles', fault: { kind: 'cut', phase: 'after' } });
    expect(await upload(media)).toMatchObject({ outcome: 'rate_limited', code: 'x_unreachable' });
    expect(await upload(media)).toEqual({ outcome: 'ready' });
    expect(await uploads()).toHaveLength(2);
  });

  test('cannot use those of another workspace', async () => {
    const media = withSubtitles();
    const [track] = media.subtitles;
    if (!track) throw new Error('It has subtitles.');
    const foreign = { ...track, objectKey: `${newId('wsp', new Date())}/${track.mediaId}` };
    await expect(upload({ ...media, subtitles: [foreign] })).rejects.toThrow('another workspace');
  });
});
