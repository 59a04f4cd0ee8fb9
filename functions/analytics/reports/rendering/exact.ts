import type { Column } from './sections.ts';
import { dataStatusOf, dollars, isNumeric } from './shown.ts';
import type { Grid } from './tabular.ts';
import { type Cell, measured, type NumberKind, type Reading } from './value.ts';

/** The number for a file that is computed with: dollars instead of micro-dollars, a share as it is. */
export const exactNumber = (kind: NumberKind, reading: Reading): number | null => {
  const { value } = measured(reading);
  return value === null || kind !== 'money' ? value : dollars(value);
};

/** The column's label with the unit of what stands in it. @param zone of the instants */
export const labelWithUnit = ({ label, kind }: Column, zone: string): string => {
  if (kind === 'money') return `${label} (USD)`;
  return kind === 'instant' ? `${label} (${zone})` : label;
};

/** What is to be said beside a number, in one text; empty for a number that was simply read. */
export const dataStatusText = (cell: Cell | undefined): string =>
  typeof cell === 'object' && cell !== null ? dataStatusOf(cell).join('; ') : '';

/** Columns of the grid that have something to be said beside their numbers: files tell it in a column of its own. */
export const columnsWithStatus = ({ columns, rows }: Grid): ReadonlySet<number> =>
  new Set(
    columns.flatMap(({ kind }, place) =>
      isNumeric(kind) && rows.some((row) => dataStatusText(row[place]) !== '') ? [place] : [],
    ),
  );

/** Heading of what is to be said beside the numbers of a column. */
export const dataStatusLabel = ({ label }: Column): string => `${label}: data status`;
