import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fontFilesIn } from '#functions/analytics/domain/font-files.ts';
import { openFonts } from '#functions/analytics/reports/rendering/fonts.ts';
import { installedFonts } from './sample-report.ts';

describe('fonts', () => {
  test('are opened only if a text needs them', async () => {
    expect((await openFonts(installedFonts, 'Łódź')).faces.map(({ name }) => name)).toEqual(['regular', 'bold']);
    expect((await openFonts(installedFonts, '東京')).faces.map(({ name }) => name)).toEqual([
      ...['regular', 'bold', 'fallback-1'],
    ]);
    expect((await openFonts(installedFonts, '빵집')).faces.map(({ name }) => name)).toEqual([
      ...['regular', 'bold', 'fallback-2'],
    ]);
  });

  test('together cover all characters of a text', async () => {
    const unit = fc.constantFrom('a', 'Ł', 'Ж', 'Ω', '東', '빵', 'ก', '你', '👍', 'é', ' ');
    const text = fc.string({ unit, maxLength: 40 });
    const fonts = await openFonts(installedFonts, 'aŁЖΩ東빵ก你👍é ');
    fc.assert(
      fc.property(text, fc.boolean(), (words, isBold) => {
        const runs = fonts.runsOf(words, isBold);
        expect(runs.map((run) => run.text).join('')).toBe(words.normalize('NFC'));
        for (const [at, run] of runs.entries()) expect(run.face).not.toBe(runs[at + 1]?.face);
      }),
    );
  });

  test('replace characters that none of them has, and leave out those that are never drawn', async () => {
    const text = 'a\u{10FFFD}b\u200D\uFE0Fc';
    const fonts = await openFonts(installedFonts, text);
    expect(fonts.missing).toEqual(['\u{10FFFD}']);
    expect(fonts.runsOf(text, false)).toEqual([{ face: 'regular', text: 'a\uFFFDbc' }]);
  });

  test('are in the same folder in a built function', () => {
    const { regular, fallbacks } = fontFilesIn(new URL('file:///function/'));
    expect(regular.href).toBe('file:///function/DejaVuSans.ttf');
    expect(fallbacks.map(({ pathname }) => pathname)).toEqual([
      ...['/function/kosugi-japanese-400-normal.woff', '/function/gowun-dodum-korean-400-normal.woff'],
      '/function/unifontex-latin-400-normal.woff',
    ]);
  });
});
