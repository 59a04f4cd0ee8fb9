import { describe, expect, test } from 'vitest';
import { assertSize, complete, MediaType, objectKeyOf, sniff } from '../../../../functions/posts/domain/media.ts';
import { aMedia, mediaId, workspaceId } from '../sample.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const png = '\x89PNG\r\n\x1a\n';

describe('the type of a file is told by its first bytes', () => {
  test.each([
    ['image/jpeg', '\xff\xd8\xff\xe0\x00\x10JFIF'],
    ['image/png', `${png}\x00\x00\x00\rIHDR`],
    ['image/gif', 'GIF89a\x01\x00'],
    ['image/gif', 'GIF87a\x01\x00'],
    ['image/webp', 'RIFF\x1a\x00\x00\x00WEBPVP8 '],
    ['image/webp', 'RIFF\n\r\n\x00WEBPVP8L'],
  ])('%s', (type, head) => {
    expect(sniff(bytes(head))).toBe(type);
  });

  test.each([
    ['nothing', ''],
    ['a page', '<!doctype html><script>'],
    ['a page that holds a PNG', `<html>${png}`],
    ['SVG, which can hold scripts', '<svg xmlns="http://www.w3.org/2000/svg">'],
    ['a PDF that holds a JPEG', '%PDF-1.7\xff\xd8\xff'],
    ['a GIF behind a blank', ' GIF89a'],
    ['a GIF of no known version', 'GIF88a'],
    ['a GIF in small letters', 'gif89a'],
    ['a sound in the same container as WebP', 'RIFF\x1a\x00\x00\x00WAVEfmt '],
    ['WebP a byte too late', 'RIFF\x1a\x00\x00\x00\x00WEBP'],
    ['half the signature of a PNG', '\x89PNG\r\n'],
    ['a PNG whose line ends were converted', '\x89PNG\n\x1a\n'],
    ['a program', 'MZ\x90\x00'],
    ['an archive', 'PK\x03\x04'],
  ])('%s is no image', (_, head) => {
    expect(sniff(bytes(head))).toBeUndefined();
  });
});

describe('an upload', () => {
  const announced = aMedia({ status: 'awaiting_upload' });
  const found = { bytes: 100, head: bytes(png), etag: '"abc"' };

  test('that is what was announced makes the file ready', () => {
    expect(complete(announced, found)).toEqual({ ...announced, status: 'ready', etag: '"abc"' });
  });

  test.each([
    ['of another size', { ...found, bytes: 101 }],
    ['of a size that is not known', { ...found, bytes: Number.NaN }],
    ['of another type', { ...found, head: bytes('GIF89a') }],
    ['of no image', { ...found, head: bytes('<script>') }],
  ])('%s is refused', (_, uploaded) => {
    expect(() => complete(announced, uploaded)).toThrow(
      expect.objectContaining({ kind: 'unprocessable', code: 'media_mismatch' }),
    );
  });

  test('that is not there yet is a conflict', () => {
    expect(() => complete(announced, undefined)).toThrow(
      expect.objectContaining({ kind: 'conflict', code: 'media_not_uploaded' }),
    );
  });

  test('is looked at once: a file that is ready stays as it is', () => {
    expect(complete(aMedia(), undefined)).toEqual(aMedia());
  });
});

describe('the size that X takes', () => {
  const most: Record<MediaType, number> = {
    'image/jpeg': 5_242_880,
    'image/png': 5_242_880,
    'image/webp': 5_242_880,
    'image/gif': 15_728_640,
  };

  test.each(MediaType.options)('%s has its limit', (type) => {
    expect(() => {
      assertSize(type, most[type]);
    }).not.toThrow();
    expect(() => {
      assertSize(type, most[type] + 1);
    }).toThrow(
      expect.objectContaining({ code: 'media_too_large', fields: [expect.objectContaining({ path: 'body.bytes' })] }),
    );
  });
});

test('files of workspaces lie apart', () => {
  expect(objectKeyOf(aMedia())).toBe(`${workspaceId}/${mediaId}`);
});
