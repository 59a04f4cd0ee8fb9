import { readFileSync } from 'node:fs';
import { create } from 'fontkit';
import { expect, test } from 'vitest';
import { unpacked } from '#functions/analytics/reports/rendering/woff.ts';
import { installedFonts } from './sample-report.ts';

const opened = (file: Buffer) => {
  const font = create(file);
  if (!('glyphForCodePoint' in font)) throw new Error('a collection of fonts');
  return font;
};

test.each(installedFonts.fallbacks)('%s has the same glyphs after it is unpacked', (url) => {
  const packed = readFileSync(url);
  const [one, other] = [opened(packed), opened(unpacked(packed))];
  expect(unpacked(packed).readUInt32BE(0)).toBe(0x00010000);
  expect(other.numGlyphs).toBe(one.numGlyphs);
  expect(other.characterSet).toEqual(one.characterSet);
  const character = one.characterSet[Math.floor(one.characterSet.length / 2)] ?? 0;
  const [before, after] = [one.glyphForCodePoint(character), other.glyphForCodePoint(character)];
  expect(after.path.toSVG()).toBe(before.path.toSVG());
  expect(after.path.toSVG()).not.toBe('');
  expect(after.advanceWidth).toBe(before.advanceWidth);
});

test('a font that is not packed is returned unchanged', () => {
  const file = readFileSync(installedFonts.regular);
  expect(unpacked(file)).toBe(file);
});
