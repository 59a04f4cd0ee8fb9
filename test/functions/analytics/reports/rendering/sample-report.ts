import type * as z from 'zod';
import { fontFilesBy } from '#functions/analytics/domain/font-files.ts';
import { ReportDocument, type Section } from '#functions/analytics/reports/rendering/document.ts';

/** The fonts as npm has installed them. */
export const installedFonts = fontFilesBy((source) => new URL(import.meta.resolve(source)));

type Input = z.input<typeof ReportDocument>;
type SectionInput = Input['sections'][number];

/** A report; its parts can be replaced. */
export const report = (parts: Partial<Input> = {}): ReportDocument =>
  ReportDocument.parse({
    title: 'November in numbers',
    workspace: { name: 'Bäckerei Łukasz', colour: '#1d9bf0' },
    period: { from: '2026-10-31T23:00:00Z', to: '2026-11-30T23:00:00Z', timeZone: 'Europe/Berlin' },
    madeAt: '2026-12-01T08:00:00Z',
    sections: [figures, table, series, bars],
    notes: ['X was read last at 2026-12-01 06:00 UTC.'],
    ...parts,
  });

/** A report of these sections. */
export const reportOf = (...sections: SectionInput[]): ReportDocument => report({ sections });

/** The section as its schema parses it. */
export const parsed = (section: SectionInput): Section => {
  const [only] = reportOf(section).sections;
  if (!only) throw new Error('A report of one section has one');
  return only;
};

export const figures: Extract<SectionInput, { kind: 'figures' }> = {
  kind: 'figures',
  title: 'Overview',
  figures: [
    { label: 'Impressions', valueKind: 'integer', value: 1_234_567 },
    { label: 'Engagement rate', valueKind: 'percent', value: 0.0345, note: 'Engagements divided by impressions' },
    {
      ...{ label: 'Spent', valueKind: 'money' },
      value: { value: 12_345_000, coverage: { measured: 95, total: 100 }, carriedForward: true },
    },
    { label: 'Profile clicks', valueKind: 'integer', value: { value: null, availability: 'unsupported' } },
  ],
};

export const table: Extract<SectionInput, { kind: 'table' }> = {
  kind: 'table',
  title: 'Top posts',
  columns: [
    { label: 'Post', kind: 'text' },
    { label: 'Published', kind: 'instant' },
    { label: 'Likes', kind: 'integer' },
    { label: 'Rate', kind: 'percent' },
    { label: 'Cost', kind: 'money' },
    { label: 'Score', kind: 'decimal' },
  ],
  rows: [
    ['Fresh bread every morning', '2026-11-02T08:30:00Z', 1_200, 0.051, 15_000, 7.25],
    ['Новости пекарни', '2026-11-03T08:30:00Z', { value: null, availability: 'delayed' }, null, 200_000, -1.5],
  ],
  notes: ['Posts with links cost more.'],
};

const day = (at: number): string => new Date(Date.UTC(2026, 10, 1 + at)).toISOString();

export const series: Extract<SectionInput, { kind: 'series' }> = {
  kind: 'series',
  title: 'Impressions by day',
  valueKind: 'integer',
  times: Array.from({ length: 30 }, (_, at) => day(at)),
  lines: [
    { name: 'Account one', values: Array.from({ length: 30 }, (_, at) => 1_000 + 50 * at) },
    {
      name: 'Account two',
      values: Array.from({ length: 30 }, (_, at) =>
        at === 10 ? null : { value: 2_000 - 30 * at, carriedForward: at > 25 },
      ),
    },
  ],
};

export const bars: Extract<SectionInput, { kind: 'bars' }> = {
  kind: 'bars',
  title: 'Likes by hour',
  valueKind: 'integer',
  bars: [
    { name: '08 to 12', value: 340 },
    { name: '12 to 16', value: 210 },
    { name: '16 to 20', value: { value: null, availability: 'delayed' } },
  ],
};

/** A report with the text in every place that can hold people's words. */
export const saying = (text: string): ReportDocument =>
  report({
    title: text,
    workspace: { name: text, colour: '#1d9bf0' },
    sections: [
      {
        ...figures,
        title: text,
        notes: [text],
        figures: [{ label: text, valueKind: 'integer', value: 1, note: text }],
      },
      { ...table, title: text, columns: [{ label: text, kind: 'text' }], rows: [[text]], notes: [] },
      { ...series, lines: [{ name: text, values: series.times.map(() => 1) }] },
      { ...bars, bars: [{ name: text, value: 1 }] },
    ],
    notes: [text],
  });

/** Text that a browser or a spreadsheet might interpret. */
export const wrongdoing = `<script>alert("1")</script><img src=x onerror='alert(1)'>&{{constructor}}`;
