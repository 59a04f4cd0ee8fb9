import { createServer } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDrawable } from '#functions/analytics/reports/rendering/chart-words.ts';
import { chartOf, drawn } from '#functions/analytics/reports/rendering/charts.ts';
import { label } from '#functions/analytics/reports/rendering/value.ts';
import { bars, parsed, report, series } from './sample-report.ts';

const chart = async (
  section: typeof series | typeof bars,
  parts: Parameters<typeof report>[0] = {},
): Promise<string> => {
  const one = parsed(section);
  if (one.kind !== 'series' && one.kind !== 'bars') throw new Error('not a chart');
  return chartOf(one, report(parts), 'it');
};

describe('charts', () => {
  test('draw each line in a colour and a dash of its own, the first in the colour of the workspace', async () => {
    const svg = await chart(series);
    const lines = [...svg.matchAll(/<path aria-[^>]*>|<path [^>]*stroke-width="2"[^>]*>/g)].map(([tag]) => tag);
    expect(lines.some((tag) => tag.includes('stroke="#1c93e4"') || tag.includes('stroke="#1d9bf0"'))).toBe(true);
    expect(lines.some((tag) => tag.includes('stroke="#0072b2"') && tag.includes('stroke-dasharray="6,3"'))).toBe(true);
  });

  test('darken a colour that would not be visible', async () => {
    const svg = await chart(bars, { workspace: { name: 'White', colour: '#ffffff' } });
    expect(svg).not.toMatch(/<path [^>]*fill="#ffffff"/);
    expect(svg).toContain('fill="#8c8c8c"');
  });

  test('leave a gap for a missing value, and draw carried values hollow', async () => {
    const svg = await chart({ ...series, lines: series.lines.slice(1) });
    const path = /<path [^>]*d="([^"]*)"[^>]*stroke-width="2"/.exec(svg)?.[1] ?? '';
    expect(path.match(/M/g)).toHaveLength(2);
    expect(svg.match(/fill="#ffffff"[^>]*stroke="#/g)).toHaveLength(4);
  });

  test('write each number beside its bar', async () => {
    const svg = await chart(bars);
    expect(svg).toContain('>340</text>');
    expect(svg).toContain('>– (not read yet)</text>');
  });

  test('mark isolated values, even if there are too many values to mark all', async () => {
    const times = Array.from({ length: 200 }, (_, at) => new Date(at * 3_600_000).toISOString());
    const values = times.map((_, at) => (at === 50 || at === 52 ? null : at));
    const svg = await chart({ ...series, times, lines: [{ name: 'One', values }] });
    expect(svg.match(/<path [^>]*transform="translate/g)).toHaveLength(1);
  });

  test('are drawn for any numbers', async () => {
    const number = fc.option(
      // Counts and ratios of counts: except for zero, none is nearer to zero than this.
      fc.oneof(
        fc
          .double({ noNaN: true, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })
          .map((value) => (Math.abs(value) < 1e-15 ? 0 : value)),
        fc.constant(0),
      ),
      {
        freq: 3,
      },
    );
    const some = fc.integer({ min: 1, max: 12 }).chain((count) =>
      fc.record({
        times: fc.constant(series.times.slice(0, count)),
        lines: fc.uniqueArray(
          fc.record({
            name: fc
              .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
              .filter((name) => label.safeParse(name).success),
            values: fc.array(
              number.chain((value) => fc.record({ value: fc.constant(value), carriedForward: fc.boolean() })),
              { minLength: count, maxLength: count },
            ),
          }),
          { minLength: 1, maxLength: 10, selector: ({ name }) => label.parse(name) },
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(some, fc.constantFrom('decimal' as const, 'percent' as const), async (parts, valueKind) => {
        const one = parsed({ ...series, ...parts, valueKind });
        fc.pre(one.kind === 'series' && isDrawable(one));
        expect(await chart({ ...series, ...parts, valueKind })).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { numRuns: 40 },
    );
  });

  test.each(['constructor', '__proto__', 'toString', 'datum.value', '[0]', 'a.b'])(
    'treat %j as a plain name',
    async (name) => {
      const svg = await chart({ ...series, lines: [{ name, values: series.times.map(() => 1) }, ...series.lines] });
      expect(svg).toContain(`>${name}</text>`);
      expect(await chart({ ...bars, bars: [{ name, value: 1 }, ...bars.bars] })).toContain(`>${name}</text>`);
    },
  );

  test('are the same every time', async () => {
    expect(await chart(series)).toBe(await chart(series));
  });

  test.each(['http', 'file'])('load nothing over %s', async (protocol) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('[{"x": 1}]');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const url = protocol === 'http' ? `http://127.0.0.1:${port}/data.json` : import.meta.url;
    const loading = drawn({ data: { url }, mark: 'point', encoding: { x: { field: 'x', type: 'quantitative' } } });
    await expect(loading).rejects.toThrow('A chart loads nothing');
    expect(asked).toEqual([]);
    await new Promise((resolve) => server.close(resolve));
  });
});
