import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { inspectPicture, videoDurationMs } from '#infra/local/x-sandbox/media-bytes.ts';
import { photos } from '#test/support/media/photos.ts';
import { pictures } from '#test/support/media/pictures.ts';
import { gif, mp4, png } from './support.ts';

const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0001108012c019003012200021101031101', 'hex');
const lossless = Buffer.concat([
  Buffer.from('RIFF0000WEBPVP8L00002f', 'latin1').subarray(0, 20),
  Buffer.from('2f8f412b00', 'hex'),
]);

test.each([
  ['PNG', png(640, 480), { mediaType: 'image/png', width: 640, height: 480, frames: 1 }],
  ['GIF', gif(7, 30, 20), { mediaType: 'image/gif', width: 30, height: 20, frames: 7 }],
  ['JPEG', jpeg, { mediaType: 'image/jpeg', width: 400, height: 300, frames: 1 }],
  ['WebP', lossless, { mediaType: 'image/webp', width: 400, height: 174, frames: 1 }],
])('inspectPicture reads the type, size and frames of a %s', (_what, bytes, expected) => {
  expect(inspectPicture(bytes)).toEqual(expected);
});

const written = [...photos, ...pictures].map(([writer, bytes]) => [writer, bytes] as const);

test.each(written)('inspectPicture recognises a picture written by %s', (_writer, bytes) => {
  expect(inspectPicture(bytes)).toMatchObject({ mediaType: expect.stringMatching(/^image\//) as string });
});

test('inspectPicture never throws, whatever the bytes', () => {
  const starts = fc.constantFrom(png(), gif(3), jpeg, lossless, Buffer.alloc(0));
  fc.assert(
    fc.property(starts, fc.nat(40), fc.uint8Array({ maxLength: 60 }), (start, keep, rest) => {
      const picture = inspectPicture(Buffer.concat([start.subarray(0, keep), rest]));
      expect(picture === undefined || picture.frames >= 1).toBe(true);
    }),
  );
});

test.each([
  ['the duration of an MP4', mp4(12_345), 12_345],
  ['nothing of an MP4 cut short', mp4(12_345).subarray(0, 100), undefined],
  ['nothing of other bytes', Buffer.alloc(64, 0xff), undefined],
  ['nothing of a box that claims no length', Buffer.from('0000000466747970', 'hex'), undefined],
])('videoDurationMs reads %s', async (_what, bytes, expected) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'x-sandbox-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, 'video'), bytes);
  const file = await open(path.join(folder, 'video'));
  onTestFinished(() => file.close());
  expect(await videoDurationMs(file, bytes.length)).toBe(expected);
});
