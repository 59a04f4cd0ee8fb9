import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../../functions/accounts/domain/account.ts';
import { uploadMedia } from '../../../functions/accounts/upload-media.ts';
import type { MediaToUpload } from '../../../events/publishing.ts';
import { newId } from '../../../shared/ids.ts';
import { author, openLab, partOn, type Lab, etagOf } from './lab.ts';

let lab: Lab;
let account: Account;
beforeEach(async () => {
  lab = await openLab({ timeoutMs: 5_000 });
  account = await lab.connect('acme_coffee');
});
afterEach(() => lab.sandbox.close());

/** A PNG by its head; the rest is filled with bytes that tell a lost or doubled chunk. */
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
  lab.files.set(objectKey, file);
  return {
    mediaId,
    objectKey,
    contentType: 'image/png',
    bytes: file.length,
    altText: null,
    etag: null,
    ...change,
  };
};
const upload = (media: MediaToUpload) => {
  const { workspaceId, id: accountId } = account;
  return uploadMedia(
    lab.deps,
    { workspaceId, accountId, postId: newId('pst', new Date()), campaignId: null, media },
    author,
  );
};
const sha256 = (file: Buffer) => createHash('sha256').update(file).digest('hex');
const uploads = async () => (await lab.requests()).filter(({ operation }) => operation === 'initializeMediaUpload');

describe('a media file', () => {
  test('reaches X whole, in chunks of one MiB, with its alt text, and is posted', async () => {
    const file = png(2 * 1024 * 1024 + 12_344);
    const media = stored(file, { altText: 'A cup of coffee' });
    expect(await upload(media)).toEqual({ outcome: 'ready' });
    const appends = (await lab.requests()).filter(({ operation }) => operation === 'appendMediaUpload');
    expect(appends).toHaveLength(3);
    expect(await lab.publish(partOn(account, { mediaIds: [media.mediaId] }))).toMatchObject({ outcome: 'published' });
    const [post] = await lab.posts();
    expect(post?.media).toMatchObject([{ sha256: sha256(file), altText: 'A cup of coffee' }]);
  });

  test('that is another one than was checked does not reach X', async () => {
    const file = png(1_000);
    const media = stored(file, { etag: etagOf(file) });
    lab.files.set(media.objectKey, png(1_000).fill(7, 100));
    expect(await upload(media)).toMatchObject({ outcome: 'refused', code: 'media_missing' });
    lab.files.set(media.objectKey, file);
    expect(await upload(media)).toEqual({ outcome: 'ready' });
  });

  test('is uploaded once while X keeps it, and again when X is about to forget it', async () => {
    const media = stored(png(1_000));
    await upload(media);
    expect(await upload(media)).toEqual({ outcome: 'ready' });
    expect(await uploads()).toHaveLength(1);
    lab.advance((24 * 60 - 5) * 60_000);
    expect(await lab.publish(partOn(account, { mediaIds: [media.mediaId] }))).toEqual({ outcome: 'not_reached' });
    await upload(media);
    expect(await uploads()).toHaveLength(2);
  });

  test('that X works on is looked after later, and only then posted', async () => {
    const media = stored(gif(), { contentType: 'image/gif', altText: 'It moves' });
    const first = await upload(media);
    expect(first).toMatchObject({ outcome: 'processing' });
    const part = partOn(account, { mediaIds: [media.mediaId] });
    expect(await lab.publish(part)).toEqual({ outcome: 'not_reached' });
    lab.advance(5_000);
    expect(await upload(media)).toEqual({ outcome: 'ready' });
    expect(await uploads()).toHaveLength(1);
    await lab.publish(part);
    expect((await lab.posts())[0]?.media).toMatchObject([{ altText: 'It moves' }]);
  });

  test('in a post of which nobody knows is recognised by its number of files', async () => {
    const media = stored(png(1_000));
    await upload(media);
    await lab.faults({ method: 'POST', path: '/2/tweets', fault: { kind: 'cut', phase: 'after' } });
    const outcomes = await lab.publishToTheEnd(partOn(account, { text: '', mediaIds: [media.mediaId] }));
    expect(outcomes.at(-1)).toMatchObject({ outcome: 'published' });
    expect(await lab.posts()).toHaveLength(1);
  });

  test.each([
    ['POST', '/2/media/upload/initialize'],
    ['POST', '/2/media/upload/:id/append'],
    ['POST', '/2/media/upload/:id/finalize'],
    ['POST', '/2/media/metadata'],
  ])('is begun anew after %s %s was cut', async (method, path) => {
    await lab.faults({ method, path, fault: { kind: 'cut', phase: 'before' } });
    const media = stored(png(1_000), { altText: 'A cup' });
    expect(await upload(media)).toMatchObject({ outcome: 'rate_limited', code: 'x_unreachable' });
    expect(await upload(media)).toEqual({ outcome: 'ready' });
  });

  test('goes on with a new token when X refuses the old one in the middle', async () => {
    await lab.faults({ method: 'POST', path: '/2/media/upload/:id/append', fault: { kind: 'unauthorized' } });
    expect(await upload(stored(png(1_000)))).toEqual({ outcome: 'ready' });
  });

  test('that is no picture is refused in words', async () => {
    expect(await upload(stored(Buffer.from('no picture at all')))).toMatchObject({ outcome: 'refused' });
  });

  test('that is gone, or shorter than announced, is refused', async () => {
    const media = stored(png(1_000));
    lab.files.delete(media.objectKey);
    expect(await upload(media)).toMatchObject({ outcome: 'refused', code: 'media_missing' });
    expect(await upload({ ...stored(png(1_000)), bytes: 2_000 })).toMatchObject({ code: 'media_missing' });
  });

  test('of another workspace is never read', async () => {
    const media = stored(png(1_000));
    await expect(upload({ ...media, objectKey: `${newId('wsp', new Date())}/${media.mediaId}` })).rejects.toThrow();
  });

  test('waits when X counts no more uploads', async () => {
    await lab.faults({ method: 'POST', path: '/2/media/upload/initialize', fault: { kind: 'rateLimit' } });
    expect(await upload(stored(png(1_000)))).toMatchObject({ outcome: 'rate_limited', code: 'x_rate_limited' });
  });
});
