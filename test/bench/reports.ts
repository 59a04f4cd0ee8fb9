import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { bounds } from '#functions/analytics/reports/rendering/bounds.ts';
import { ReportDocument } from '#functions/analytics/reports/rendering/document.ts';
import type { ReportFormat } from '#functions/analytics/reports/rendering/render.ts';
import { bundleInto } from '#test/functions/analytics/reports/rendering/bundled.ts';

/**
 * `npm run bench:reports`: CPU time and memory of rendering a report in each format, by the bundle in a process of its own
 * that loads the libraries first, as in a function that has just started. `npm run bench:reports -- 9` takes 9 rounds of
 * each. Goal: a PDF of ten pages in 1.5 s of CPU time and 200 MB.
 */
const rounds = z.coerce.number().int().min(1).default(5).parse(process.argv[2]);

const day = (at: number): string => new Date(Date.UTC(2026, 8, 1 + at)).toISOString();

const seriesOf = (title: string) => ({
  ...{ kind: 'series', title, valueKind: 'integer' },
  times: Array.from({ length: 90 }, (_, at) => day(at)),
  lines: [1, 2, 3].map((account) => ({
    name: `Account ${account}`,
    values: Array.from({ length: 90 }, (_, at) => Math.round(1_000 * account + 400 * Math.sin(at / account))),
  })),
});

/** A client's report on a quarter: figures, six charts and a table of `rows` posts. */
const reportOf = (rows: number): ReportDocument =>
  ReportDocument.parse({
    title: 'What worked from September to November',
    workspace: { name: 'Bäckerei Łukasz', colour: '#1d9bf0' },
    period: { from: day(0), to: day(90), timeZone: 'Europe/Berlin' },
    madeAt: day(91),
    sections: [
      {
        ...{ kind: 'figures', title: 'Overview' },
        figures: Array.from({ length: 12 }, (_, at) => ({
          label: `Figure ${at + 1}`,
          valueKind: 'integer',
          value: 1_000 * at,
        })),
      },
      ...['Impressions', 'Likes', 'Replies', 'Followers'].map(seriesOf),
      ...['Likes by hour', 'Likes by weekday'].map((title) => ({
        ...{ kind: 'bars', title, valueKind: 'integer' },
        bars: Array.from({ length: 24 }, (_, at) => ({ name: `${at} o'clock`, value: 40 + ((at * 37) % 100) })),
      })),
      {
        ...{ kind: 'table', title: 'Posts' },
        columns: [
          { label: 'Post', kind: 'text' },
          { label: 'Published', kind: 'instant' },
          ...['Impressions', 'Likes', 'Replies'].map((label) => ({ label, kind: 'integer' })),
          { label: 'Rate', kind: 'percent' },
          { label: 'Cost', kind: 'money' },
        ],
        rows: Array.from({ length: rows }, (_, at) => [
          ...[`Post ${at}: fresh bread, and what else is new today`, day(at % 90), 9_000 - at, 400 + at, at % 9],
          ...[(at % 50) / 1_000, 15_000],
        ]),
      },
    ],
  });

const Measured = z.object({
  /** CPU time in milliseconds: of the first file, including loading its libraries, and of the third. */
  first: z.number(),
  later: z.number(),
  /** Peak memory of the process after the first file, in MB. */
  megabytes: z.number(),
  bytes: z.number(),
  pages: z.number(),
});

/** What one process measures of one format. */
const script = `
  import { readFileSync } from 'node:fs';
  const { fontFilesIn } = await import('./fonts.mjs');
  const { render } = await import('./render.mjs');
  const [, file, format] = process.argv;
  const document = JSON.parse(readFileSync(file, 'utf8'));
  const fonts = fontFilesIn(new URL('./', 'file://' + process.cwd() + '/'));
  let body;
  const make = async () => {
    const began = process.cpuUsage();
    ({ body } = await render(document, format, { fonts }));
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
  const first = await make();
  const megabytes = process.resourceUsage().maxRSS / 1024;
  await make();
  const later = await make();
  const pages = format === 'pdf' ? body.toString('latin1').split('/Type /Page\\n').length - 1 : 0;
  console.log(JSON.stringify({ first, later, megabytes, bytes: body.length, pages }));`;

const middle = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;

const measure = (folder: string, format: ReportFormat, rows: number): string => {
  const file = join(folder, 'document.json');
  writeFileSync(file, JSON.stringify(reportOf(rows)));
  const measured = Array.from({ length: rounds }, () => {
    const node = ['--input-type=module', '--eval', script, file, format];
    return Measured.parse(JSON.parse(execFileSync(process.execPath, node, { cwd: folder, encoding: 'utf8' })));
  });
  const of = (what: keyof z.infer<typeof Measured>) => Math.round(middle(measured.map((each) => each[what])));
  const pages = of('pages') > 0 ? ` on ${of('pages')} pages` : '';
  const times = `${of('first')} ms of CPU, later ${of('later')} ms`;
  return `${format} of ${rows} posts${pages}: ${times}, ${of('megabytes')} MB; ${Math.round(of('bytes') / 1_024)} KB`;
};

const folder = mkdtempSync(join(tmpdir(), 'bench-reports-'));
try {
  await bundleInto(folder);
  for (const format of ['json', 'csv', 'xlsx', 'page', 'pdf'] as const) console.log(measure(folder, format, 190));
  console.log(measure(folder, 'pdf', bounds.rows));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
