import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  appendPart,
  at,
  call,
  connect,
  control,
  gif,
  mp4,
  png,
  post,
  sandboxForTest,
  send,
  standing,
  upload,
} from './support.ts';

async function signedIn(username = 'acme_coffee') {
  const sandbox = await sandboxForTest({ clock: () => new Date('2026-11-01T12:00:00Z') });
  const { access_token: token } = await connect(sandbox, username);
  return { sandbox, token };
}

const MIB = 1024 * 1024;

describe('uploading a picture', () => {
  test('works in chunks out of order, then with alt text, then in a post', async () => {
    const { sandbox, token } = await signedIn();
    const bytes = png(640, 480, 3000);
    const start = { media_type: 'image/png', media_category: 'tweet_image', total_bytes: bytes.length };
    const begun = await call(sandbox, token, 'POST', '/2/media/upload/initialize', start);
    const id = String(at(begun.json, 'data', 'id'));
    expect(begun.json).toEqual({ data: { id, media_key: `3_${id}`, expires_after_secs: 86_400 } });
    expect((await appendPart(sandbox, token, id, 1, bytes.subarray(2000))).status).toBe(200);
    const json = { segment_index: 0, media: bytes.subarray(0, 2000).toString('base64') };
    const first = await call(sandbox, token, 'POST', `/2/media/upload/${id}/append`, json);
    expect(at(first.json, 'data', 'expires_at')).toBeTypeOf('number');
    const done = await call(sandbox, token, 'POST', `/2/media/upload/${id}/finalize`);
    expect(done.json).toEqual({
      data: {
        ...{ id, media_key: `3_${id}`, size: 3000, expires_after_secs: 86_400 },
        image: { image_type: 'image/png', w: 640, h: 480 },
      },
    });
    const metadata = { id, metadata: { alt_text: { text: 'a cup' } } };
    const alt = await call(sandbox, token, 'POST', '/2/media/metadata', metadata);
    expect(alt.json).toEqual({ data: { id, associated_metadata: { alt_text: { text: 'a cup' } } } });

    const made = await post(sandbox, token, 'look', { media: { media_ids: [id] } });
    expect(made.text).toMatch(/^look https:\/\/t\.co\/\w{10}$/);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect((await standing(sandbox))[0]).toMatchObject({ media: [{ id, sha256, altText: 'a cup', size: 3000 }] });
    const read = await call(
      sandbox,
      token,
      'GET',
      `/2/tweets/${made.id}?expansions=attachments.media_keys&media.fields=alt_text,width,url`,
    );
    expect(at(read.json, 'includes', 'media', 0)).toMatchObject({
      media_key: `3_${id}`,
      type: 'photo',
      alt_text: 'a cup',
      width: 640,
    });
    expect(at(read.json, 'data', 'attachments', 'media_keys')).toEqual([`3_${id}`]);
  });

  test('works in one request, and the control API serves the picture', async () => {
    const { sandbox, token } = await signedIn();
    const bytes = png(2, 2);
    const body = { media: bytes.toString('base64'), media_category: 'tweet_image' };
    const answer = await call(sandbox, token, 'POST', '/2/media/upload', body);
    expect(answer.status).toBe(200);
    const shown = await fetch(`${sandbox.url}/_sandbox/media/${String(at(answer.json, 'data', 'id'))}`);
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await shown.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('answers a chunk of more than 4 MiB with a 413 without a body', async () => {
    const { sandbox, token } = await signedIn();
    const start = { media_type: 'image/png', media_category: 'tweet_image', total_bytes: 5 * MIB };
    const id = String(at((await call(sandbox, token, 'POST', '/2/media/upload/initialize', start)).json, 'data', 'id'));
    const large = await appendPart(sandbox, token, id, 0, Buffer.alloc(4 * MIB + 1));
    expect([large.status, large.text]).toEqual([413, '']);
    expect((await appendPart(sandbox, token, id, 0, Buffer.alloc(4 * MIB))).status).toBe(200);
  });

  test.each([
    ['a picture over 5 MB', { media_type: 'image/png', total_bytes: 5 * MIB + 1 }],
    ['a GIF over 15 MB', { media_type: 'image/gif', media_category: 'tweet_gif', total_bytes: 15 * MIB + 1 }],
    ['a video over 8 GB for a default account', { media_type: 'video/mp4', total_bytes: 8 * 1024 * MIB + 1 }],
    ['an unknown type', { media_type: 'image/svg+xml', total_bytes: 5 }],
    ['an undeclared field', { media_type: 'image/png', total_bytes: 5, name: 'x' }],
  ])('rejects %s on initialize', async (_what, body) => {
    const { sandbox, token } = await signedIn();
    expect((await call(sandbox, token, 'POST', '/2/media/upload/initialize', body)).status).toBe(400);
  });

  test('rejects bytes of another type, missing segments and a size that does not add up', async () => {
    const { sandbox, token } = await signedIn();
    const wrong = await upload(sandbox, token, Buffer.from('not a picture at all'), 'image/png', 'tweet_image');
    expect(wrong.answer.status).toBe(400);
    const start = { media_type: 'image/png', total_bytes: 500 };
    const id = String(at((await call(sandbox, token, 'POST', '/2/media/upload/initialize', start)).json, 'data', 'id'));
    const finalize = () => call(sandbox, token, 'POST', `/2/media/upload/${id}/finalize`);
    expect((await finalize()).status).toBe(400);
    await appendPart(sandbox, token, id, 1, png(1, 1, 250));
    expect((await finalize()).text).toContain('missing');
    await appendPart(sandbox, token, id, 0, png(1, 1, 200));
    expect((await finalize()).text).toContain('450 of 500');
  });

  test('yields media that only the uploader can post, once finished and until they expire', async () => {
    const { sandbox, token } = await signedIn();
    const other = await connect(sandbox, 'acme_premium');
    const { id } = await upload(sandbox, token, png(), 'image/png', 'tweet_image');
    const use = (bearer: string, mediaIds: string[]) =>
      call(sandbox, bearer, 'POST', '/2/tweets', { text: 'a', media: { media_ids: mediaIds } });
    const theirs = await use(other.access_token, [id]);
    expect([theirs.status, at(theirs.json, 'errors', 0, 'message')]).toEqual([400, 'Your media IDs are invalid.']);
    expect((await appendPart(sandbox, other.access_token, id, 0, png())).status).toBe(400);
    const start = { media_type: 'image/png', total_bytes: 500 };
    const half = String(
      at((await call(sandbox, token, 'POST', '/2/media/upload/initialize', start)).json, 'data', 'id'),
    );
    for (const ids of [[half], ['12345'], [id, id]]) expect((await use(token, ids)).status).toBe(400);
    await control(sandbox, 'POST', 'clock', { advanceMs: 86_400_001 });
    expect((await use((await connect(sandbox)).access_token, [id])).status).toBe(400);
  });
});

describe('uploading a GIF or a video', () => {
  test("takes processing time, by the sandbox's clock, before a post may use it", async () => {
    const { sandbox, token } = await signedIn();
    await control(sandbox, 'PATCH', 'settings', { mediaProcessingMs: 60_000 });
    const { id, answer } = await upload(sandbox, token, mp4(5000), 'video/mp4', 'tweet_video');
    expect(at(answer.json, 'data', 'processing_info')).toMatchObject({ state: 'pending' });
    const status = async () => {
      const read = await call(sandbox, token, 'GET', `/2/media/upload?command=STATUS&media_id=${id}`);
      return at(read.json, 'data', 'processing_info');
    };
    const body = { text: 'watch', media: { media_ids: [id] } };
    await control(sandbox, 'POST', 'clock', { advanceMs: 30_000 });
    expect(await status()).toMatchObject({ state: 'in_progress' });
    expect((await call(sandbox, token, 'POST', '/2/tweets', body)).status).toBe(400);
    await control(sandbox, 'POST', 'clock', { advanceMs: 30_000 });
    expect(await status()).toEqual({ state: 'succeeded', progress_percent: 100 });
    expect((await call(sandbox, token, 'POST', '/2/tweets', body)).status).toBe(201);
  });

  test('fails in processing when the bytes are not a video', async () => {
    const { sandbox, token } = await signedIn();
    await control(sandbox, 'PATCH', 'settings', { mediaProcessingMs: 0 });
    const { id, answer } = await upload(sandbox, token, Buffer.alloc(500, 1), 'video/mp4', 'tweet_video');
    expect(at(answer.json, 'data', 'processing_info')).toEqual({ state: 'failed' });
    const body = { text: 'watch', media: { media_ids: [id] } };
    expect((await call(sandbox, token, 'POST', '/2/tweets', body)).status).toBe(400);
  });

  test('requires Premium for more than 20 minutes, both to upload and to post', async () => {
    const minutes = 21 * 60_000;
    const { sandbox, token } = await signedIn();
    const { answer } = await upload(sandbox, token, mp4(minutes), 'video/mp4', 'tweet_video');
    expect([answer.status, at(answer.json, 'detail')]).toEqual([
      403,
      'This user is not allowed to post a video longer than 20 minutes.',
    ]);
    const premium = await connect(sandbox, 'acme_premium');
    await control(sandbox, 'PATCH', 'settings', { mediaProcessingMs: 0 });
    const { id, answer: fine } = await upload(sandbox, premium.access_token, mp4(minutes), 'video/mp4', 'tweet_video');
    expect(fine.status).toBe(200);
    await control(sandbox, 'PATCH', 'users/acme_premium', { subscription: 'None' });
    const body = { text: 'watch', media: { media_ids: [id] } };
    expect((await call(sandbox, premium.access_token, 'POST', '/2/tweets', body)).status).toBe(403);
  });

  test('limits a GIF in frames and size, and a post to four photos or one GIF', async () => {
    const { sandbox, token } = await signedIn();
    await control(sandbox, 'PATCH', 'settings', { mediaProcessingMs: 0 });
    expect((await upload(sandbox, token, gif(351), 'image/gif', 'tweet_gif')).answer.status).toBe(400);
    expect((await upload(sandbox, token, gif(2, 1281), 'image/gif', 'tweet_gif')).answer.status).toBe(400);
    const animated = await upload(sandbox, token, gif(350), 'image/gif', 'tweet_gif');
    expect(animated.answer.status).toBe(200);
    const photos = [];
    for (let n = 0; n < 4; n += 1) photos.push((await upload(sandbox, token, png(), 'image/png', 'tweet_image')).id);
    await post(sandbox, token, 'four', { media: { media_ids: photos } });
    const mix = { text: 'mix', media: { media_ids: [photos[0], animated.id] } };
    expect((await call(sandbox, token, 'POST', '/2/tweets', mix)).text).toContain('4 photos, or 1 GIF, or 1 video');
    await post(sandbox, token, '', { media: { media_ids: [animated.id] } });
  });

  test('supports subtitles, and shows playback metrics to the owner only', async () => {
    const { sandbox, token } = await signedIn();
    await control(sandbox, 'PATCH', 'settings', { mediaProcessingMs: 0 });
    const video = await upload(sandbox, token, mp4(5000), 'video/mp4', 'tweet_video');
    const srt = await upload(sandbox, token, Buffer.from('1\n00:00 --> 00:01\nhi\n'), 'text/srt', 'subtitles');
    const body = { id: video.id, media_category: 'TweetVideo', subtitles: { id: srt.id, language_code: 'EN' } };
    expect((await call(sandbox, token, 'POST', '/2/media/subtitles', body)).status).toBe(200);
    const removal = { id: video.id, media_category: 'TweetVideo', language_code: 'EN' };
    const removed = await call(sandbox, token, 'DELETE', '/2/media/subtitles', removal);
    expect(removed.json).toEqual({ data: { deleted: true } });
    const { id } = await post(sandbox, token, 'watch', { media: { media_ids: [video.id] } });
    await control(sandbox, 'POST', 'clock', { advanceMs: 3_600_000 });
    const query = 'expansions=attachments.media_keys&media.fields=public_metrics,non_public_metrics,duration_ms';
    const mine = at((await call(sandbox, token, 'GET', `/2/tweets/${id}?${query}`)).json, 'includes', 'media', 0);
    expect(mine).toMatchObject({ type: 'video', duration_ms: 5000 });
    expect(at(mine, 'public_metrics', 'view_count')).toBeGreaterThan(0);
    expect(at(mine, 'non_public_metrics', 'playback_0_count')).toBeGreaterThan(0);
    const other = await connect(sandbox, 'acme_premium');
    const theirs = await call(sandbox, other.access_token, 'GET', `/2/tweets/${id}?${query}`);
    expect(at(theirs.json, 'includes', 'media', 0, 'non_public_metrics')).toBeUndefined();
  });
});

test.each([
  ['no multipart', 'text/plain', 'hello'],
  [
    'a multipart without an end',
    'multipart/form-data; boundary=b',
    '--b\r\nContent-Disposition: form-data; name="media"\r\n\r\nx',
  ],
  ['a multipart without a boundary', 'multipart/form-data', '--b--'],
  ['a part without a name', 'multipart/form-data; boundary=b', '--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b--'],
  [
    'an undeclared part',
    'multipart/form-data; boundary=b',
    '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nx\r\n--b--',
  ],
])('the X sandbox rejects an append with %s', async (_what, type, body) => {
  const { sandbox, token } = await signedIn();
  const start = { media_type: 'image/png', total_bytes: 500 };
  const id = String(at((await call(sandbox, token, 'POST', '/2/media/upload/initialize', start)).json, 'data', 'id'));
  const headers = { authorization: `Bearer ${token}`, 'content-type': type };
  const answer = await send(`${sandbox.url}/2/media/upload/${id}/append`, { method: 'POST', headers, body });
  expect(answer.status).toBe(400);
});
