import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderPdf } from '#functions/analytics/reports/rendering/pdf.ts';
import { label } from '#functions/analytics/reports/rendering/value.ts';
import { readPdf, type StructureElement } from './read-back.ts';
import { bars, figures, installedFonts, report, reportOf, series, table, wrongdoing } from './sample-report.ts';

const pdfOf = async (document: ReturnType<typeof report>, wanted: readonly string[] = []) =>
  readPdf(await renderPdf(document, installedFonts), wanted);

/** The text of a page without its breaks. */
const flat = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ');

/** Types of all elements below, each once. */
const typesOf = (elements: readonly StructureElement[]): string[] => [
  ...new Set(elements.flatMap(({ type, children }) => [type, ...typesOf(children)])),
];

/** All elements of a type. */
const all = (elements: readonly StructureElement[], type: string): StructureElement[] =>
  elements.flatMap((element) => [...(element.type === type ? [element] : []), ...all(element.children, type)]);

describe('a report as a PDF, read by PDFium', () => {
  test.each(['תה וקפה בתל אביב 24', 'متجر الشاي'])('has the words of %s in order', async (name) => {
    const pdf = await pdfOf(report({ workspace: { name, colour: '#1d9bf0' }, sections: [] }));
    expect(flat(pdf.pages[0]?.text ?? '')).toContain(flat(name));
  });

  test('is tagged: language, title, outline, headings, tables with headers, figures with alternative text', async () => {
    const pdf = await pdfOf(report());
    expect(pdf).toMatchObject({ isTagged: true, language: 'en' });
    expect(pdf.metadata).toMatchObject({ Title: 'November in numbers', Author: 'Bäckerei Łukasz' });
    expect(pdf.outline).toEqual(['Overview', 'Top posts', 'Impressions by day', 'Likes by hour']);
    const structure = pdf.pages.flatMap((page) => page.structure);
    expect(structure.map(({ type }) => type)).toEqual(pdf.pages.map(() => 'Document'));
    expect(typesOf(structure)).toEqual(
      expect.arrayContaining([
        'Document',
        'H1',
        'H2',
        'P',
        'Sect',
        'Table',
        'THead',
        'TBody',
        'TR',
        'TH',
        'TD',
        'Figure',
      ]),
    );
    expect(all(structure, 'Figure').map(({ alt }) => alt.slice(0, 30))).toEqual([
      ...['Line chart from 2026-11-01 01:0', 'Bar chart. 08 to 12: 340; 12 t'].map((words) => words.slice(0, 30)),
    ]);
  });

  test('shows its numbers and charts', async () => {
    const pdf = await pdfOf(report(), ['1,234,567', 'Account two']);
    const text = flat(pdf.pages.map((page) => page.text).join(' '));
    for (const words of [
      ...[
        'November in numbers',
        'Bäckerei Łukasz',
        'Period: 2026-11-01 to 2026-11-30',
        'Created: 2026-12-01 09:00',
        'Europe/Berlin',
      ],
      ...[
        'USD 12.345 (earlier reading, 95 of 100 measured)',
        '– (not reported)',
        'Новости пекарни',
        '– (not read yet)',
      ],
      ...[
        '2026-11-02 09:30',
        '5.1%',
        'USD 0.015',
        'Posts with links cost more.',
        'Account one',
        'Time (Europe/Berlin)',
      ],
      ...['08 to 12', 'X was read last at 2026-12-01 06:00 UTC.', 'Page 1'],
    ]) {
      expect(text).toContain(words);
    }
    const coloured = (colour: string) => pdf.pages.reduce((sum, page) => sum + (page.colours[colour] ?? 0), 0);
    // Bars and a line in the workspace's colour, and another line in the next.
    expect(coloured('#1c93e4') + coloured('#1d9bf0')).toBeGreaterThan(5_000);
    expect(coloured('#0072b2')).toBeGreaterThan(300);
    for (const words of ['1,234,567', 'Account two']) {
      expect(Math.max(...pdf.pages.map(({ dark }) => dark[words] ?? 0))).toBeGreaterThan(20);
    }
  });

  test('embeds every font', async () => {
    const pdf = await pdfOf(report());
    const fonts = Object.assign({}, ...pdf.pages.map((page) => page.fonts)) as Record<string, boolean>;
    expect(
      Object.keys(fonts)
        .map((name) => name.replace(/^\w+\+/, ''))
        .sort(),
    ).toEqual(['DejaVuSans', 'DejaVuSans-Bold']);
    expect(Object.values(fonts)).toEqual([true, true]);
  });

  test('shows names in all scripts, also in its charts', async () => {
    const names = [
      ...[
        'Żółć Łódź',
        'Đặng Thị Hạnh',
        'Ελληνικά Ώρα',
        'Їжак Ґанок',
        '東京ベーカリー',
        '한국 빵집',
        '面包师们',
        'ขนมปัง',
      ],
    ];
    const signs = '👍🏽 ok';
    const pdf = await pdfOf(
      reportOf(
        { ...table, columns: [{ label: 'Name', kind: 'text' }], rows: [...names, signs].map((name) => [name]) },
        { ...bars, bars: [...names, signs].map((name, at) => ({ name: `${name} bar`, value: at + 1 })) },
      ),
      names.map((name) => name.split(' ')[0] ?? ''),
    );
    const text = flat(pdf.pages.map((page) => page.text).join(' '));
    for (const name of [...names, signs]) {
      const written = name.normalize('NFC');
      expect(text.split(written).length - 1, name).toBe(2);
    }
    expect(text).not.toContain('\uFFFD');
    // Each leaves more ink on the page than a single box for a missing glyph.
    for (const [words, dark] of Object.entries(pdf.pages[0]?.dark ?? {})) expect(dark, words).toBeGreaterThan(20);
  });

  test('replaces characters that no font has, and says so', async () => {
    const pdf = await pdfOf(report({ title: 'Private \u{10FFFD} sign' }));
    const text = flat(pdf.pages.map((page) => page.text).join(' '));
    expect(text).toContain('Private \uFFFD sign');
    expect(text).toContain('These characters are not in the fonts of this file and are shown as \uFFFD: U+10FFFD.');
  });

  test('continues over pages with column headers and a page number on each', async () => {
    const rows = Array.from({ length: 300 }, (_, at) => [`Post number ${at}`, at]);
    const pdf = await pdfOf(
      reportOf({
        ...{ kind: 'table', title: 'Many', rows },
        columns: [
          { label: 'Name of the post', kind: 'text' },
          { label: 'Likes', kind: 'integer' },
        ],
      }),
    );
    expect(pdf.pages.length).toBeGreaterThan(4);
    for (const [at, { text }] of pdf.pages.entries()) {
      if (text.includes('Post number')) expect(text).toContain('Name of the post');
      expect(text).toContain(`Page ${at + 1}`);
    }
    const text = flat(pdf.pages.map((page) => page.text).join(' '));
    for (const [name] of rows) expect(text).toContain(`${String(name)} `);
    // Repeated headers are decoration to a screen reader.
    expect(
      all(
        pdf.pages.flatMap((page) => page.structure),
        'THead',
      ),
    ).toHaveLength(1);
  });

  test('splits a row that is higher than a page, without losing a word', async () => {
    const words = Array.from({ length: 130 }, (_, at) => `word${at}`).join(' ');
    const columns = Array.from({ length: 18 }, (_, at) => ({ label: `Column ${at}`, kind: 'text' as const }));
    const pdf = await pdfOf(reportOf({ ...table, columns, rows: [columns.map(() => words)] }));
    const text = pdf.pages.map((page) => page.text).join(' ');
    expect(pdf.pages.length).toBeGreaterThan(2);
    for (const word of words.split(' ')) expect(text.split(new RegExp(`\\b${word}\\b`)).length - 1).toBe(18);
    expect(pdf.pages.some(({ width, height }) => width > height)).toBe(true);
  });

  test('breaks a word that is wider than its column, without losing any of it', async () => {
    const word = Array.from({ length: 150 }, (_, at) => `${at}x`).join('');
    const columns = ['One', 'Two', 'Three'].map((name) => ({ label: name, kind: 'text' as const }));
    const pdf = await pdfOf(
      reportOf({
        ...table,
        columns,
        rows: [
          [word, null, null],
          [`begins ${word} ends`, null, null],
        ],
      }),
    );
    expect(pdf.pages[0]?.text.replace(/[\s\uFFFE-]/gu, '')).toContain(`${word}––begins${word}ends`);
  });

  test('says None for empty sections, and does not interpret text as markup', async () => {
    const pdf = await pdfOf(
      report({
        title: wrongdoing,
        sections: [
          { ...figures, figures: [] },
          { ...table, rows: [] },
          { ...series, times: [], lines: [] },
          { ...bars, title: wrongdoing, bars: [{ name: wrongdoing, value: 1 }] },
        ],
        notes: [],
      }),
    );
    const text = flat(pdf.pages.map((page) => page.text).join(' '));
    expect(text.match(/None\./g)).toHaveLength(3);
    expect(text).toContain(wrongdoing);
  });

  test('has title and author in its metadata, whatever characters they contain', async () => {
    const body = await renderPdf(
      report({ title: 'R&D <1>', workspace: { name: `</rdf:li>${wrongdoing}`, colour: '#1d9bf0' } }),
      installedFonts,
    );
    const xml = /<x:xmpmeta[^]*<\/x:xmpmeta>/.exec(body.toString())?.[0] ?? '';
    expect(xml).toContain('<rdf:li xml:lang="x-default">R&#38;D &#60;1&#62;</rdf:li>');
    expect(xml).toContain('<pdfuaid:part>1</pdfuaid:part>');
    expect(xml).not.toContain('<script>');
    expect(readPdf(body).metadata).toMatchObject({ Title: 'R&D <1>', Author: `</rdf:li>${wrongdoing}` });
  });

  test('is rendered from any texts', async () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 80 })
      .filter((each) => label.safeParse(each).success);
    await fc.assert(
      fc.asyncProperty(text, text, async (one, other) => {
        const body = await renderPdf(
          report({
            title: one,
            workspace: { name: other, colour: '#1d9bf0' },
            sections: [
              { ...table, title: one, columns: [{ label: other, kind: 'text' }], rows: [[one]], notes: [other] },
              { ...bars, title: other, bars: [{ name: one, value: 1 }] },
            ],
          }),
          installedFonts,
        );
        expect(readPdf(body).metadata.Title).toBe(label.parse(one));
      }),
      { numRuns: 10 },
    );
  });
});
