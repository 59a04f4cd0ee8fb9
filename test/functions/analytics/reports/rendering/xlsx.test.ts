import { describe, expect, test } from 'vitest';
import { renderXlsx } from '#functions/analytics/reports/rendering/xlsx.ts';
import { readXlsx } from './read-back.ts';
import { report, reportOf, saying, table } from './sample-report.ts';

const valuesOf = (rows: { value: unknown }[][]): unknown[][] => rows.map((row) => row.map(({ value }) => value));

describe('a report as a workbook, read by openpyxl', () => {
  test('has cells with the types of their columns', async () => {
    const sheets = readXlsx(await renderXlsx(report()));
    expect(sheets.map(({ name }) => name)).toEqual(['Summary', 'Top posts', 'Impressions by day', 'Likes by hour']);
    const [summary, posts, days, hours] = sheets;
    expect(posts?.frozen).toBe('A2');
    expect(valuesOf(posts?.rows ?? [])).toEqual([
      ['Post', 'Published (Europe/Berlin)', 'Likes', 'Likes: data status', 'Rate', 'Cost (USD)', 'Score'],
      ['Fresh bread every morning', '2026-11-02T09:30:00', 1_200, null, 0.051, 0.015, 7.25],
      ['Новости пекарни', '2026-11-03T09:30:00', null, 'not read yet', null, 0.2, -1.5],
    ]);
    expect(posts?.rows[1]?.map(({ type, format }) => [type, format])).toEqual([
      ...[
        ['s', '@'],
        ['d', 'yyyy-mm-dd hh:mm'],
        ['n', '#,##0'],
        ['n', '@'],
        ['n', '0.00%'],
      ],
      ...[
        ['n', '#,##0.00####'],
        ['n', '#,##0.00'],
      ],
    ]);
    expect(days?.rows).toHaveLength(31);
    expect(valuesOf(hours?.rows ?? []).slice(1)).toEqual([
      ['08 to 12', 340, null],
      ['12 to 16', 210, null],
      ['16 to 20', null, 'not read yet'],
    ]);
    expect(valuesOf(summary?.rows ?? []).map((row) => row.slice(0, 3))).toEqual(
      expect.arrayContaining([
        ['Workspace', 'Bäckerei Łukasz', null],
        ['Impressions', 1_234_567, null],
        ['Spent', 12.345, 'USD; earlier reading; 95 of 100 measured'],
        ['Profile clicks', null, 'not reported'],
        ['Top posts', 'on sheet Top posts', null],
      ]),
    );
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '＝1+1', '＠SUM(A1)', '=HYPERLINK("http://x","y")', '=cmd|calc!A1'])(
    'never turns %j into a formula',
    async (text) => {
      const sheets = readXlsx(await renderXlsx(saying(text)));
      const cells = sheets.flatMap(({ rows }) => rows.flat());
      expect(cells.filter(({ type }) => type === 'f')).toEqual([]);
      const same = cells.filter(({ value }) => value === text);
      expect(same).toHaveLength(12);
      expect(new Set(same.map(({ type, format }) => `${type} ${format}`))).toEqual(new Set(['s @']));
    },
  );

  test.each(['constructor', '__proto__', 'toString'])('keeps the text %j with a trailing blank', async (text) => {
    const sheets = readXlsx(
      await renderXlsx(reportOf({ ...table, columns: [{ label: text, kind: 'text' }], rows: [[text]] })),
    );
    expect(valuesOf(sheets[1]?.rows ?? [])).toEqual([[`${text} `], [`${text} `]]);
  });

  test.each(['<b>&amp;"', '日本語 👍', ' '.repeat(3) + 'x'])('keeps the text %j', async (text) => {
    const sheets = readXlsx(
      await renderXlsx(reportOf({ ...table, columns: [{ label: 'Text', kind: 'text' }], rows: [[text], [text]] })),
    );
    expect(valuesOf(sheets[1]?.rows ?? [])).toEqual([['Text'], [text.trim()], [text.trim()]]);
  });

  test('has 10,000 rows, and sheets for empty tables', async () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => [`Post ${at}`, at]);
    const columns = [
      { label: 'Post', kind: 'text' as const },
      { label: 'Likes', kind: 'integer' as const },
    ];
    const many = { kind: 'table' as const, title: 'Many', columns };
    const sheets = readXlsx(await renderXlsx(reportOf({ ...many, rows }, { ...many, title: 'None', rows: [] })));
    expect(valuesOf(sheets[1]?.rows ?? []).slice(1)).toEqual(rows);
    expect(valuesOf(sheets[2]?.rows ?? [])).toEqual([['Post', 'Likes']]);
  });
});
