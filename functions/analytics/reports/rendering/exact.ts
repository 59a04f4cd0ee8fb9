import type { Column } from './sections.ts';
import { dataStatusOf, dollars, isNumeric } from './shown.ts';
import type { Grid } from './tabular.ts';
import { type Cell, measured, type NumberKind, type Reading } from './value.ts';

/** Returns the number for files that people calculate with: dollars instead of micro-dollars, shares as ratios. */
export const exactNumber = (kind: NumberKind, reading: Reading): number | null => {
  const { value } = measured(reading);
  return value === null || kind !== 'money' ? value : dollars(value);
};

/** Returns the column's label with its unit. @param zone of the instants */
export const labelWithUnit = ({ label, kind }: Column, zone: string): string => {
  if (kind === 'money') return `${label} (USD)`;
  return kind === 'instant' ? `${label} (${zone})` : label;
};

/** Returns the data status of a number as one text; empty if there is nothing to note. */
export const dataStatusText = (cell: Cell | undefined): string =>
  typeof cell === 'object' && cell !== null ? dataStatusOf(cell).join('; ') : '';

/** Returns the columns whose numbers have a data status, which files show in a separate column. */
export const columnsWithStatus = ({ columns, rows }: Grid): ReadonlySet<number> =>
  new Set(
    columns.flatMap(({ kind }, place) =>
      isNumeric(kind) && rows.some((row) => dataStatusText(row[place]) !== '') ? [place] : [],
    ),
  );

/** Returns the heading of a column's data status. */
export const dataStatusLabel = ({ label }: Column): string => `${label}: data status`;
