import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { renderCsv } from '#functions/analytics/reports/rendering/csv.ts';
import { report, reportOf, saying, table } from './sample-report.ts';

const rowsOf = (file: Buffer): string[][] => Papa.parse<string[]>(file.toString().replace(/^\uFEFF/, '')).data;

describe('a report as CSV', () => {
  test('has every number exactly, with its data status', () => {
    const rows = rowsOf(renderCsv(report()));
    expect(renderCsv(report()).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(rows).toContainEqual(['Figure', 'Value', 'Unit', 'Data status', 'Note']);
    expect(rows).toContainEqual(['Impressions', '1234567', '', '', '']);
    expect(rows).toContainEqual(['Spent', '12.345', 'USD', 'earlier reading; 95 of 100 measured', '']);
    expect(rows).toContainEqual(['Profile clicks', '', '', 'not reported', '']);
    expect(rows).toContainEqual(['Engagement rate', '0.0345', 'share', '', 'Engagements divided by impressions']);
    expect(rows).toContainEqual([
      ...['Post', 'Published (UTC)', 'Likes', 'Likes: data status', 'Rate', 'Cost (USD)', 'Score'],
    ]);
    expect(rows).toContainEqual([
      ...['Новости пекарни', '2026-11-03T08:30:00Z', '', 'not read yet', '', '0.2', '-1.5'],
    ]);
    expect(rows).toContainEqual(['2026-11-11T00:00:00.000Z', '1500', '', '']);
    expect(rows).toContainEqual(['2026-11-30T00:00:00.000Z', '2450', '1130', 'earlier reading']);
    expect(rows).toContainEqual(['08 to 12', '340', '']);
    expect(rows).toContainEqual(['X was read last at 2026-12-01 06:00 UTC.']);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '＝1+1', '＋1', '－1', '＠SUM(A1)', '\t=1+1', '\r\n=1+1', "'=1+1"])(
    'never turns %j into a formula',
    (text) => {
      const cells = rowsOf(renderCsv(saying(text))).flat();
      expect(cells.filter((cell) => cell === `'${text.trim()}`)).toHaveLength(12);
      expect(cells.filter((cell) => /^[=+\-@＝＋－＠\t\r]/.test(cell))).toEqual([]);
    },
  );

  test('preserves texts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 20 }), (texts) => {
        const document = reportOf({
          ...table,
          columns: [{ label: 'Text', kind: 'text' }],
          rows: texts.map((text) => [text]),
        });
        const [section] = document.sections;
        const wanted = section?.kind === 'table' ? section.rows.map(([cell]) => cell) : [];
        const rows = rowsOf(renderCsv(document));
        const from = rows.findIndex(([first]) => first === 'Text') + 1;
        const found = rows
          .slice(from, from + texts.length)
          .map(([cell = '']) => cell.replace(/^'(?='*[=+\-@＝＋－＠])/, ''));
        expect(found).toEqual(wanted);
      }),
    );
  });

  test('names the columns of an empty table', () => {
    const rows = rowsOf(renderCsv(reportOf({ ...table, rows: [] })));
    const at = rows.findIndex(([first]) => first === 'Top posts');
    expect(rows[at + 1]).toEqual(['Post', 'Published (UTC)', 'Likes', 'Rate', 'Cost (USD)', 'Score']);
    expect(rows[at + 2]).toEqual(['Posts with links cost more.']);
  });
});
