import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderPage } from '#functions/analytics/reports/rendering/page.ts';
import { bars, figures, report, reportOf, series, table, wrongdoing } from './sample-report.ts';

const pageOf = async (...given: Parameters<typeof report>): Promise<string> =>
  (await renderPage(report(...given))).toString();

/** Start and end tags with their attributes, without the texts between them. */
const tagsOf = (page: string): string[] => page.match(/<[^>]*>/g) ?? [];

/** The text in every place that can hold one. */
const everywhere = (text: string): Parameters<typeof report>[0] => ({
  title: text,
  workspace: { name: text, colour: '#1d9bf0' },
  sections: [
    { ...figures, title: text, notes: [text], figures: [{ label: text, valueKind: 'integer', value: 1, note: text }] },
    { ...table, title: text, columns: [{ label: text, kind: 'text' }], rows: [[text]], notes: [text] },
    {
      ...series,
      title: text,
      lines: [
        { name: text, values: series.times.map(() => 1) },
        { name: `${text}2`, values: series.times.map(() => 2) },
      ],
    },
    { ...bars, title: text, bars: [{ name: text, value: 1 }] },
  ],
  notes: [text],
});

describe('a report as a page', () => {
  test('has headings, figures, tables, charts with descriptions, and the language', async () => {
    const page = await pageOf();
    expect(page).toContain('<html lang="en">');
    expect(page.match(/<h1>[^<]*/g)).toEqual(['<h1>November in numbers']);
    expect(page.match(/(?<=<h2[^>]*>)[^<]*/g)).toEqual([
      ...['Overview', 'Top posts', 'Impressions by day', 'Likes by hour', 'About these numbers'],
    ]);
    expect(page).toContain('<dt>Spent</dt><dd class="value">USD 12.345 (earlier reading, 95 of 100 measured)</dd>');
    expect(page).toContain('<dd class="value">– (not reported)</dd>');
    expect(page).toContain('<th scope="col" class="n">Likes</th>');
    expect(page).toContain('<td>2026-11-02 09:30</td><td class="n">1,200</td><td class="n">5.1%</td>');
    expect(page.match(/<svg [^>]*role="img" aria-labelledby="section-\d-title section-\d-desc">/g)).toHaveLength(2);
    expect(page).toContain('Account one: first 1,000, last 2,450, lowest 1,000, highest 2,450.');
    expect(page).toContain('Bar chart. 08 to 12: 340; 12 to 16: 210; 16 to 20: – (not read yet).');
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('loads nothing from outside and runs no script', async () => {
    const page = await pageOf(everywhere(wrongdoing));
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    expect(policy).toContain('default-src &#39;none&#39;');
    expect(policy).not.toMatch(/unsafe|script-src|\*|https?:/);
    const style = /<style>([^<]*)<\/style>/.exec(page)?.[1] ?? '';
    expect(policy).toContain(`sha256-${createHash('sha256').update(style).digest('base64')}`);
    expect(style).not.toMatch(/url\(|@import/);
    const tags = tagsOf(page);
    expect(
      tags.filter((tag) => /^<(script|link|img|image|iframe|object|embed|base|form|a|use|foreignObject)\b/i.test(tag)),
    ).toEqual([]);
    expect(
      tags.filter((tag) => / (?:on\w+|style|src|srcset|href|xlink:href|action|background|ping)=/i.test(tag)),
    ).toEqual([]);
    // Names of XML namespaces are no references.
    expect(
      tags.map((tag) => tag.replace(/ xmlns(:\w+)?="[^"]*"/g, '')).filter((tag) => /https?:|url\(/.test(tag)),
    ).toEqual([]);
  });

  test('has the same elements, whatever its texts say', async () => {
    const harmless = tagsOf(await pageOf(everywhere('text'))).map((tag) => tag.replace(/ .*/s, '>'));
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
      fc
        .array(fc.constantFrom('<', '>', '"', "'", '&', '/', '<!--', ']]>', '</svg>', '</title>', '</style>', 'x'), {
          minLength: 1,
          maxLength: 12,
        })
        .map((parts) => parts.join('')),
      fc.constantFrom(wrongdoing, '&lt;script&gt;', 'javascript:alert(1)', '${alert(1)}', "{'signal': 'alert(1)'}"),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        fc.pre(/\S/.test(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')));
        const tags = tagsOf(await pageOf(everywhere(text))).map((tag) => tag.replace(/ .*/s, '>'));
        expect(tags.filter((tag) => !/^<\/?(g|path|text|line|rect)>$/.test(tag))).toEqual(
          harmless.filter((tag) => !/^<\/?(g|path|text|line|rect)>$/.test(tag)),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('says so if there is nothing to show', async () => {
    const page = (
      await renderPage(
        reportOf(
          { ...figures, figures: [] },
          { ...table, rows: [] },
          { ...series, times: [], lines: [{ name: 'One', values: [] }] },
          { ...series, lines: [{ name: 'One', values: series.times.map(() => null) }] },
          { ...bars, bars: [] },
        ),
      )
    ).toString();
    expect(page.match(/<p>(None|No values)\.<\/p>/g)).toHaveLength(5);
    expect(page).not.toContain('<svg');
  });
});
