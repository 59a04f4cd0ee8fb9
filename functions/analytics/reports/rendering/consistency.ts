import { Instant } from '#shared/time.ts';
import { bounds } from './bounds.ts';
import type { BarsSection, Column, FiguresSection, SeriesSection, TableSection } from './sections.ts';
import { type Cell, type NumberKind, numberOf, type Reading } from './value.ts';

type AnySection = FiguresSection | TableSection | SeriesSection | BarsSection;

interface Problem {
  path: (string | number)[];
  message: string;
}

const numberFits = (kind: NumberKind, reading: Reading): boolean => {
  const number = numberOf(reading);
  return number === null || kind === 'decimal' || kind === 'percent' || Number.isSafeInteger(number);
};

const cellFits = (kind: Column['kind'], cell: Cell): boolean => {
  if (cell === null) return true;
  if (kind === 'text') return typeof cell === 'string';
  if (kind === 'instant') return typeof cell === 'string' && Instant.safeParse(cell).success;
  return typeof cell !== 'string' && numberFits(kind, cell);
};

const wrongNumber = (kind: NumberKind): string => `must be a whole number, as ${kind} is`;

const tableProblems = ({ columns, rows }: TableSection): Problem[] =>
  rows.flatMap((row, at) => {
    if (row.length !== columns.length) {
      return [{ path: ['rows', at], message: `must have ${columns.length} cells, one for each column` }];
    }
    return columns.flatMap(({ kind }, place) =>
      cellFits(kind, row[place] ?? null)
        ? []
        : [{ path: ['rows', at, place], message: `must be of its column's kind: ${kind}` }],
    );
  });

/** Reports duplicate names, which would be drawn as one. */
const twice = (all: readonly { name: string }[], where: string): Problem[] =>
  all.flatMap(({ name }, at) =>
    all.findIndex((each) => each.name === name) === at
      ? []
      : [{ path: [where, at, 'name'], message: 'must not be the name of another one' }],
  );

const seriesProblems = ({ times, lines, valueKind }: SeriesSection): Problem[] => [
  ...times.flatMap((time, at) =>
    at === 0 || Date.parse(time) > Date.parse(times[at - 1] ?? '')
      ? []
      : [{ path: ['times', at], message: 'must be later than the one before' }],
  ),
  ...twice(lines, 'lines'),
  ...lines.flatMap(({ values }, at) =>
    values.length === times.length
      ? []
      : [{ path: ['lines', at, 'values'], message: `must be ${times.length}, one for each time` }],
  ),
  ...lines.flatMap(({ values }, at) =>
    values.flatMap((value, place) =>
      numberFits(valueKind, value) ? [] : [{ path: ['lines', at, 'values', place], message: wrongNumber(valueKind) }],
    ),
  ),
  ...(times.length * lines.length > bounds.points
    ? [{ path: ['lines'], message: `must have ${bounds.points} points at most, all lines together` }]
    : []),
];

const ownProblems = (section: AnySection): Problem[] => {
  if (section.kind === 'table') return tableProblems(section);
  if (section.kind === 'series') return seriesProblems(section);
  if (section.kind === 'bars') {
    const wrong = section.bars.flatMap(({ value }, at) =>
      numberFits(section.valueKind, value)
        ? []
        : [{ path: ['bars', at, 'value'], message: wrongNumber(section.valueKind) }],
    );
    return [...twice(section.bars, 'bars'), ...wrong];
  }
  return section.figures.flatMap(({ valueKind, value }, at) =>
    numberFits(valueKind, value) ? [] : [{ path: ['figures', at, 'value'], message: wrongNumber(valueKind) }],
  );
};

const sumOf = (sections: readonly AnySection[], count: (table: TableSection) => number): number =>
  sections.reduce((sum, section) => sum + (section.kind === 'table' ? count(section) : 0), 0);

/** Returns inconsistencies of sections whose parts are each valid, with their paths. */
export const problemsOf = (sections: readonly AnySection[]): Problem[] => {
  const rows = sumOf(sections, (table) => table.rows.length);
  const cells = sumOf(sections, (table) => table.rows.length * table.columns.length);
  return [
    ...sections.flatMap((section, at) =>
      ownProblems(section).map(({ path, message }) => ({ path: [at, ...path], message })),
    ),
    ...(rows > bounds.rows
      ? [{ path: [], message: `must have ${bounds.rows} rows at most, all tables together` }]
      : []),
    ...(cells > bounds.cells
      ? [{ path: [], message: `must have ${bounds.cells} cells at most, all tables together` }]
      : []),
  ];
};
