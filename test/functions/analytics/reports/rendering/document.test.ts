import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bounds } from '#functions/analytics/reports/rendering/bounds.ts';
import { ReportDocument } from '#functions/analytics/reports/rendering/document.ts';
import { bars, figures, report, reportOf, series, table } from './sample-report.ts';

const problems = (sections: unknown[]): string[] => {
  const { error } = ReportDocument.safeParse({ ...report(), sections });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('a report document', () => {
  test('accepts valid sections, whose numbers are available by default', () => {
    const [first] = report().sections;
    expect(problems([figures, table, series, bars])).toEqual([]);
    expect(first?.kind === 'figures' ? first.figures[2]?.value : undefined).toEqual({
      ...{ value: 12_345_000, availability: 'available', carriedForward: true },
      coverage: { measured: 95, total: 100 },
    });
  });

  test.each([
    ['a row that is too short', { ...table, rows: [['Post']] }, '0.rows.0: must have 6 cells'],
    [
      'a text among numbers',
      { ...table, columns: [{ label: 'Likes', kind: 'integer' }], rows: [['12']] },
      'kind: integer',
    ],
    ['a number among texts', { ...table, columns: [{ label: 'Post', kind: 'text' }], rows: [[12]] }, 'kind: text'],
    ['a time of no day', { ...table, columns: [{ label: 'At', kind: 'instant' }], rows: [['soon']] }, 'kind: instant'],
    ['half a like', { ...table, columns: [{ label: 'Likes', kind: 'integer' }], rows: [[0.5]] }, 'kind: integer'],
    ['a line that is too short', { ...series, lines: [{ name: 'One', values: [1] }] }, 'must be 30'],
    ['times that go back', { ...series, times: series.times.toReversed() }, 'must be later'],
    ['half an impression', { ...series, lines: [{ name: 'One', values: series.times.map(() => 0.5) }] }, 'whole'],
    ['lines of one name', { ...series, lines: [series.lines[0], series.lines[0]] }, 'another one'],
    ['bars of one name', { ...bars, bars: [bars.bars[0], bars.bars[0]] }, 'another one'],
    ['part of a micro-dollar', { ...figures, figures: [{ label: 'Cost', valueKind: 'money', value: 0.5 }] }, 'whole'],
    [
      'more than can be counted',
      { ...figures, figures: [{ label: 'All', valueKind: 'decimal', value: 2 ** 53 }] },
      'value',
    ],
    ['infinitely many', { ...figures, figures: [{ label: 'All', valueKind: 'decimal', value: Infinity }] }, 'value'],
    [
      'more measured than there are',
      {
        ...figures,
        figures: [{ label: 'All', valueKind: 'integer', value: { value: 1, coverage: { measured: 2, total: 1 } } }],
      },
      'value',
    ],
  ])('rejects %s', (_, section, said) => {
    expect(problems([section]).join('\n')).toContain(said);
  });

  test('limits the rows of all tables, the points of all lines and the sections', () => {
    const rows = (count: number) => ({
      ...{ kind: 'table', title: 'Many', columns: [{ label: 'Number', kind: 'integer' }] },
      rows: Array.from({ length: count }, (_, at) => [at]),
    });
    expect(problems([rows(bounds.rows / 2), rows(bounds.rows / 2)])).toEqual([]);
    expect(problems([rows(bounds.rows / 2), rows(bounds.rows / 2 + 1)]).join()).toContain('10000 rows at most');
    const times = Array.from({ length: bounds.points / 2 + 1 }, (_, at) => new Date(at * 1_000).toISOString());
    const line = (name: string) => ({ name, values: times.map(() => 1) });
    expect(problems([{ ...series, times, lines: [line('a')] }])).toEqual([]);
    expect(problems([{ ...series, times, lines: [line('a'), line('b')] }]).join()).toContain('2000 points at most');
    expect(problems(Array.from({ length: bounds.sections + 1 }, () => bars))).not.toEqual([]);
  });

  test.each(['Mars/Olympus', 'Europe/Berlin; drop'])('rejects the time zone %s', (timeZone) => {
    expect(ReportDocument.safeParse({ ...report(), period: { ...report().period, timeZone } }).success).toBe(false);
  });

  test('keeps texts on one line, without characters that files cannot hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }), (title) => {
        const { data } = ReportDocument.safeParse({ ...report(), title });
        if (data === undefined) return;
        expect(data.title).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(data.title.isWellFormed()).toBe(true);
        expect(data.title).not.toBe('');
      }),
    );
    expect(report({ title: ' Two\r\nlines\u0000and\ud800 ' }).title).toBe('Two lines and\uFFFD');
  });

  test('is unchanged when parsed again', () => {
    expect(ReportDocument.parse(reportOf(table, series))).toEqual(reportOf(table, series));
  });
});
