import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contrastWithWhite, lineColours, visibleOnWhite } from '#functions/analytics/reports/rendering/colour.ts';
import { columnWidths } from '#functions/analytics/reports/rendering/column-widths.ts';
import {
  clockOf,
  factsOf,
  shownCell,
  shownNumber,
  shownReading,
} from '#functions/analytics/reports/rendering/shown.ts';
import { Availability } from '#functions/analytics/reports/rendering/value.ts';
import { report } from './sample-report.ts';

describe('numbers in words', () => {
  test.each([
    ['integer', 1_234_567, '1,234,567'],
    ['decimal', -0.126, '-0.13'],
    ['percent', 0.0345, '3.45%'],
    ['money', 5_000, 'USD 0.005'],
    ['money', 1_500_000, 'USD 1.50'],
    ['money', 1, 'USD 0.000001'],
  ] as const)('%s %d is %s', (kind, number, shown) => {
    expect(shownNumber(kind, number)).toBe(shown);
  });

  test('include their data status', () => {
    const full = { value: 3, availability: 'available', carriedForward: false } as const;
    expect(shownReading('integer', full)).toBe('3');
    expect(shownReading('integer', { ...full, carriedForward: true })).toBe('3 (earlier reading)');
    expect(shownReading('integer', { ...full, coverage: { measured: 9, total: 10 } })).toBe('3 (9 of 10 measured)');
    expect(shownReading('integer', { ...full, coverage: { measured: 10, total: 10 } })).toBe('3');
    const without = Availability.exclude(['available']).options.map((availability) =>
      shownReading('integer', { ...full, value: null, availability }),
    );
    expect(without).toEqual(['– (not read yet)', '– (not reported)', '– (deleted on X)', '– (not shown by X)']);
    expect(shownReading('integer', { ...full, value: null })).toBe('– (no value)');
    expect(shownReading('integer', null)).toBe('–');
  });
});

test.each([
  ['2026-10-31T23:00:00Z', '2026-11-30T23:00:00Z', 'Europe/Berlin', '2026-11-01 to 2026-11-30'],
  ['2026-11-30T00:00:00Z', '2026-12-01T00:00:00Z', 'UTC', '2026-11-30 to 2026-11-30'],
  // Clocks were put forward at midnight: the day began at one.
  ['2026-03-27T22:00:00Z', '2026-03-29T21:00:00Z', 'Asia/Beirut', '2026-03-28 to 2026-03-29'],
])('a period from %s up to %s in %s is shown as its local days', (from, to, timeZone, shown) => {
  expect(factsOf(report({ period: { from, to, timeZone } }))).toContainEqual(['Period', shown]);
});

describe('times', () => {
  test('are local times, also across a clock change', () => {
    const berlin = clockOf('Europe/Berlin');
    expect(berlin.shown('2026-03-29T00:59:59Z')).toBe('2026-03-29 01:59');
    expect(berlin.shown('2026-03-29T01:00:00Z')).toBe('2026-03-29 03:00');
    expect(clockOf('Asia/Kathmandu').shown('2026-11-22T18:30:00Z')).toBe('2026-11-23 00:15');
    expect(clockOf('Asia/Bangkok').shown('2026-11-22T00:00:00Z')).toBe('2026-11-22 07:00');
    expect(shownCell('instant', '2026-11-22T09:03:00Z', clockOf('UTC'))).toBe('2026-11-22 09:03');
  });

  test('in UTC are unchanged', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(clockOf('UTC').wallMs(date.toISOString())).toBe(Math.floor(date.getTime() / 1_000) * 1_000);
        },
      ),
    );
  });
});

describe('colours', () => {
  test('are made visible on white, and unchanged if they already are', () => {
    const colour = fc.nat(0xffffff).map((number) => `#${number.toString(16).padStart(6, '0')}`);
    fc.assert(
      fc.property(colour, (given) => {
        expect(contrastWithWhite(visibleOnWhite(given))).toBeGreaterThanOrEqual(3);
        if (contrastWithWhite(given) >= 3) expect(visibleOnWhite(given)).toBe(given);
      }),
    );
    expect(contrastWithWhite('#000000')).toBeCloseTo(21);
    expect(new Set(lineColours('#1d9bf0', 10)).size).toBe(10);
  });
});

describe('widths of columns', () => {
  test('take all of the room, and no wide column takes what a narrow one needs', () => {
    const wanted = fc.array(fc.array(fc.double({ min: 1, max: 500, noNaN: true }), { minLength: 1 }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(wanted, (columns) => {
        const widths = columnWidths(columns, 500);
        expect(widths.reduce((sum, each) => sum + each, 0)).toBeCloseTo(500);
        for (const [at, width] of widths.entries()) {
          const widest = Math.max(...(columns[at] ?? []));
          expect(width).toBeGreaterThanOrEqual(Math.min(widest, 500 / widths.length) - 1e-6);
        }
      }),
    );
    expect(columnWidths([[10], [30, 20]], 100)).toEqual([40, 60]);
    expect(columnWidths([[10], [300], [400]], 110)).toEqual([10, 50, 50]);
    expect(columnWidths([[30], [300], [400]], 110)).toEqual([30, 40, 40]);
  });
});
