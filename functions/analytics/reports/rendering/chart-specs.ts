import type { TopLevelSpec } from 'vega-lite';
import { lineColours, visibleOnWhite } from './colour.ts';
import { exactNumber } from './exact.ts';
import { ownText } from './own-text.ts';
import type { BarsSection, SeriesSection } from './sections.ts';
import { clockOf, shownReading } from './shown.ts';
import { measured, type NumberKind, numberOf } from './value.ts';

/** Pixels of SVG. */
export const chartWidth = 640;

/** Dashes, so that lines differ not only by colour (WCAG 2.2, success criterion 1.4.1). */
const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [10, 4], [1, 3], [12, 3, 3, 3], [5, 1], [3, 6]];

/** Maximum number of points at which all of them are marked: more would hide the lines, and take long to draw. */
const mostMarked = 100;

const axes: Readonly<
  Record<NumberKind, { title: string | null; format: string; tickMinStep?: number; tickCount: number }>
> = {
  integer: { title: null, format: '~s', tickMinStep: 1, tickCount: 6 },
  decimal: { title: null, format: ',.4~f', tickCount: 6 },
  percent: { title: null, format: '.2~%', tickCount: 6 },
  money: { title: 'USD', format: ',.6~f', tickCount: 6 },
};

const look = (height: number) => ({
  ...{ width: chartWidth, height, background: '#ffffff', autosize: { type: 'fit', contains: 'padding' } as const },
  config: {
    font: 'DejaVu Sans, Verdana, sans-serif',
    view: { stroke: null },
    axis: { labelFontSize: 11, titleFontSize: 11, titleFontWeight: 'normal', gridColor: '#dddddd' },
    legend: { labelFontSize: 11, labelLimit: 400 },
    // The description of the whole chart is in its root element.
    aria: false,
  } as const,
});

interface Point {
  line: string;
  time: number;
  value: number | null;
  carried: boolean;
  /** Whether it has no neighbours, so that no line leads to it. */
  isAlone: boolean;
}

const pointsOf = ({ times, lines, valueKind }: SeriesSection, timeZone: string): Point[] => {
  const { wallMs } = clockOf(timeZone);
  const wall = times.map(wallMs);
  return lines.flatMap(({ name, values }) =>
    values.map((reading, at) => ({
      ...{ line: ownText(name), time: wall[at] ?? 0, value: exactNumber(valueKind, reading) },
      carried: measured(reading).carriedForward,
      isAlone: [values[at - 1], values[at + 1]].every((beside) => numberOf(beside ?? null) === null),
    })),
  );
};

/**
 * Returns layers of circles: hollow ones for values that were carried forward, on white that hides the line behind
 * them.
 */
const circles = (points: readonly Point[]) => {
  const shown = points.filter(
    ({ value, carried, isAlone }) => value !== null && (points.length <= mostMarked || carried || isAlone),
  );
  const look = { type: 'point', size: 24, opacity: 1 } as const;
  return [
    { own: shown.filter(({ carried }) => !carried), mark: { ...look, filled: true } },
    {
      own: shown.filter(({ carried }) => carried),
      mark: { ...look, filled: false, fill: '#ffffff', strokeWidth: 1.5 },
    },
  ].flatMap(({ own, mark }) => (own.length === 0 ? [] : [{ data: { values: own }, mark }]));
};

/** Returns a line chart over the local time of the zone, with gaps where values are missing. */
export const seriesSpec = (
  section: SeriesSection,
  { colour, timeZone }: { colour: string; timeZone: string },
): TopLevelSpec => {
  const points = pointsOf(section, timeZone);
  const names = section.lines.map(({ name }) => ownText(name));
  const legend =
    names.length > 1 ? ({ title: null, orient: 'bottom', columns: 2, symbolType: 'stroke' } as const) : null;
  const colours = { domain: names, range: lineColours(colour, names.length) };
  const dashed = { domain: names, range: dashes.slice(0, names.length) };
  return {
    ...look(280),
    data: { values: points },
    encoding: {
      x: {
        field: 'time',
        type: 'temporal',
        scale: { type: 'utc' },
        title: `Time (${timeZone})`,
        axis: { tickCount: 8 },
      },
      y: { field: 'value', type: 'quantitative', axis: axes[section.valueKind], scale: { zero: true } },
      color: { field: 'line', type: 'nominal', scale: colours, legend },
    },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 2, invalid: 'break-paths-show-path-domains' },
        encoding: { strokeDash: { field: 'line', type: 'nominal', scale: dashed, legend } },
      },
      ...circles(points),
    ],
  };
};

/** Returns a chart of horizontal bars, each with its number. */
export const barsSpec = ({ bars, valueKind }: BarsSection, { colour }: { colour: string }): TopLevelSpec => ({
  ...look(50 + 20 * bars.length),
  data: {
    values: bars.map(({ name, value }) => {
      const number = exactNumber(valueKind, value);
      return {
        name: ownText(name),
        length: number ?? 0,
        isThere: number !== null,
        shown: shownReading(valueKind, value),
      };
    }),
  },
  encoding: {
    y: { field: 'name', type: 'nominal', sort: null, title: null, axis: { labelLimit: 260 } },
    x: { field: 'length', type: 'quantitative', axis: axes[valueKind] },
  },
  layer: [
    { transform: [{ filter: 'datum.isThere' }], mark: { type: 'bar', color: visibleOnWhite(colour), height: 13 } },
    {
      mark: { type: 'text', align: 'left', baseline: 'middle', dx: 4, fontSize: 11, color: '#111111' },
      encoding: { text: { field: 'shown', type: 'nominal' } },
    },
  ],
});
