import writeExcelFile, { type CellObject, type SheetData } from 'write-excel-file/node';
import type { ReportDocument, Section } from './document.ts';
import { columnsWithStatus, dataStatusLabel, dataStatusText, exactNumber, labelWithUnit } from './exact.ts';
import { ownText } from './own-text.ts';
import type { Column } from './sections.ts';
import { sheetNames } from './sheet-names.ts';
import { clockOf, factsOf, isNumeric, type ZoneClock } from './shown.ts';
import { gridOf } from './tabular.ts';
import type { Cell, NumberKind, Reading } from './value.ts';

/** A cell that stays text whatever it begins with, also when somebody edits it: Excel's text format. */
const textCell = (text: string): CellObject => ({ value: ownText(text), type: String, format: '@' });
const bold = (text: string): CellObject => ({ ...textCell(text), fontWeight: 'bold' });

const numberFormats: Readonly<Record<NumberKind, string>> = {
  integer: '#,##0',
  decimal: '#,##0.00',
  percent: '0.00%',
  money: '#,##0.00####',
};

const numberCell = (kind: NumberKind, reading: Reading): CellObject | null => {
  const number = exactNumber(kind, reading);
  return number === null ? null : { value: number, type: Number, format: numberFormats[kind] };
};

const cellOf = ({ kind }: Column, cell: Cell, clock: ZoneClock): CellObject | null => {
  if (cell === null || cell === '') return null;
  if (typeof cell !== 'string') return isNumeric(kind) ? numberCell(kind, cell) : null;
  // Spreadsheets have no time zones: times are local times in the report's zone.
  return kind === 'instant'
    ? { value: new Date(clock.wallMs(cell)), type: Date, format: 'yyyy-mm-dd hh:mm' }
    : textCell(cell);
};

const widths: Readonly<Record<Column['kind'], number>> = {
  ...{ text: 40, instant: 18 },
  ...{ integer: 14, decimal: 14, percent: 14, money: 14 },
};

const gridSheet = (section: Exclude<Section, { kind: 'figures' }>, timeZone: string) => {
  const clock = clockOf(timeZone);
  const grid = gridOf(section);
  const withStatus = columnsWithStatus(grid);
  const columns = grid.columns.flatMap((column, place) => [
    { head: labelWithUnit(column, timeZone), width: widths[column.kind] },
    ...(withStatus.has(place) ? [{ head: dataStatusLabel(column), width: 24 }] : []),
  ]);
  const rows = grid.rows.map((row) =>
    grid.columns.flatMap((column, place) => [
      cellOf(column, row[place] ?? null, clock),
      ...(withStatus.has(place) ? [textCell(dataStatusText(row[place]))] : []),
    ]),
  );
  return { data: [columns.map(({ head }) => bold(head)), ...rows], columns };
};

const sectionSummary = (section: Section, sheet: string | undefined): SheetData => [
  [],
  [bold(section.title), ...(sheet === undefined ? [] : [textCell(`on sheet ${sheet}`)])],
  ...(section.kind === 'figures'
    ? section.figures.map(({ label, valueKind, value, note }) => [
        textCell(label),
        numberCell(valueKind, value),
        textCell([valueKind === 'money' ? 'USD' : '', dataStatusText(value), note].filter(Boolean).join('; ')),
      ])
    : []),
  ...section.notes.map((note) => [textCell(note)]),
];

/**
 * Renders the report as an Excel workbook: figures and notes on a first sheet, then a sheet for each table and for the
 * data of each chart. Numbers, shares, amounts in dollars and times are typed cells; texts stay texts.
 */
export const renderXlsx = async (document: ReportDocument): Promise<Buffer> => {
  const { timeZone } = document.period;
  const grids = document.sections.filter((section) => section.kind !== 'figures');
  const [first = 'Summary', ...names] = sheetNames(['Summary', ...grids.map(({ title }) => title)]);
  const nameOf = new Map<Section, string>(grids.map((section, at) => [section, names[at] ?? '']));
  const summary: SheetData = [
    [bold(document.title)],
    ...factsOf(document).map(([name, text]) => [textCell(name), textCell(text)]),
    ...document.sections.flatMap((section) => sectionSummary(section, nameOf.get(section))),
    [],
    ...document.notes.map((note) => [textCell(note)]),
  ];
  const sheets = grids.map((section) => ({
    sheet: nameOf.get(section) ?? '',
    stickyRowsCount: 1,
    ...gridSheet(section, timeZone),
  }));
  return writeExcelFile([
    { sheet: first, data: summary, columns: [{ width: 40 }, { width: 18 }, { width: 40 }] },
    ...sheets,
  ]).toBuffer();
};
