import { csvFile } from '#shared/csv.ts';
import type { ReportDocument, Section } from './document.ts';
import { columnsWithStanding, exactNumber, labelWithUnit, standingText } from './exact.ts';
import type { Column } from './sections.ts';
import { factsOf, isNumeric } from './shown.ts';
import { type Grid, gridOf } from './tabular.ts';
import type { Cell } from './value.ts';

type Row = readonly (string | number | null)[];

const exactCell = ({ kind }: Column, cell: Cell): string | number | null =>
  isNumeric(kind) && typeof cell !== 'string' ? exactNumber(kind, cell) : typeof cell === 'string' ? cell : null;

const gridRows = (grid: Grid): Row[] => {
  const withStanding = columnsWithStanding(grid);
  const head = grid.columns.flatMap((column, place) => [
    labelWithUnit(column, 'UTC'),
    ...(withStanding.has(place) ? [`${column.label}: standing`] : []),
  ]);
  const rows = grid.rows.map((row) =>
    grid.columns.flatMap((column, place) => [
      exactCell(column, row[place] ?? null),
      ...(withStanding.has(place) ? [standingText(row[place])] : []),
    ]),
  );
  return [head, ...rows];
};

const figureRows = ({ figures }: Extract<Section, { kind: 'figures' }>): Row[] => [
  ['Figure', 'Value', 'Unit', 'Standing', 'Note'],
  ...figures.map(({ label, valueKind, value, note }) => [
    label,
    exactNumber(valueKind, value),
    { integer: '', decimal: '', percent: 'share', money: 'USD' }[valueKind],
    standingText(value),
    note,
  ]),
];

const sectionRows = (section: Section): Row[] => [
  [],
  [section.title],
  ...(section.kind === 'figures' ? figureRows(section) : gridRows(gridOf(section))),
  ...section.notes.map((note) => [note]),
];

/**
 * The report as CSV (RFC 4180), section after section with an empty line before each. Numbers are exact: shares as they
 * are (0.25 is 25%), money in dollars, times in UTC. No cell is a formula.
 */
export const renderCsv = (document: ReportDocument): Buffer =>
  Buffer.from(
    csvFile([
      [document.title],
      ...factsOf(document),
      ...document.sections.flatMap(sectionRows),
      ...(document.notes.length > 0 ? [[], ...document.notes.map((note) => [note])] : []),
    ]),
  );
