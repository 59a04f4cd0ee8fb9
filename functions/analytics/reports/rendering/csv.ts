import { csvFile } from '#shared/csv.ts';
import type { ReportDocument, Section } from './document.ts';
import { columnsWithStatus, dataStatusLabel, dataStatusText, exactNumber, labelWithUnit } from './exact.ts';
import type { Column } from './sections.ts';
import { factsOf, isNumeric } from './shown.ts';
import { type Grid, gridOf } from './tabular.ts';
import type { Cell } from './value.ts';

type Row = readonly (string | number | null)[];

const exactCell = ({ kind }: Column, cell: Cell): string | number | null =>
  isNumeric(kind) && typeof cell !== 'string' ? exactNumber(kind, cell) : typeof cell === 'string' ? cell : null;

const gridRows = (grid: Grid): Row[] => {
  const withStatus = columnsWithStatus(grid);
  const head = grid.columns.flatMap((column, place) => [
    labelWithUnit(column, 'UTC'),
    ...(withStatus.has(place) ? [dataStatusLabel(column)] : []),
  ]);
  const rows = grid.rows.map((row) =>
    grid.columns.flatMap((column, place) => [
      exactCell(column, row[place] ?? null),
      ...(withStatus.has(place) ? [dataStatusText(row[place])] : []),
    ]),
  );
  return [head, ...rows];
};

const figureRows = ({ figures }: Extract<Section, { kind: 'figures' }>): Row[] => [
  ['Figure', 'Value', 'Unit', 'Data status', 'Note'],
  ...figures.map(({ label, valueKind, value, note }) => [
    label,
    exactNumber(valueKind, value),
    { integer: '', decimal: '', percent: 'share', money: 'USD' }[valueKind],
    dataStatusText(value),
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
 * Renders the report as CSV (RFC 4180), section after section with an empty line before each. Numbers are exact: shares
 * as ratios (0.25 is 25%), money in dollars, times in UTC. No cell is a formula.
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
