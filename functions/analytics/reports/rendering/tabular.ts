import type { Section } from './document.ts';
import type { Column, TableSection } from './sections.ts';
import type { Cell } from './value.ts';

export interface Grid {
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
}

const gridOfSeries = ({ times, lines, valueKind }: Extract<Section, { kind: 'series' }>): Grid => ({
  columns: [{ label: 'Time', kind: 'instant' }, ...lines.map(({ name }) => ({ label: name, kind: valueKind }))],
  rows: times.map((time, at) => [time, ...lines.map(({ values }) => values[at] ?? null)]),
});

const gridOfBars = ({ bars, valueKind }: Extract<Section, { kind: 'bars' }>): Grid => ({
  columns: [
    { label: 'Name', kind: 'text' },
    { label: 'Value', kind: valueKind },
  ],
  rows: bars.map(({ name, value }) => [name, value]),
});

/** Returns a table, or the data of a chart as one: for files without charts, and for people who cannot see them. */
export const gridOf = (section: TableSection | Extract<Section, { kind: 'series' | 'bars' }>): Grid => {
  if (section.kind === 'series') return gridOfSeries(section);
  return section.kind === 'bars' ? gridOfBars(section) : section;
};
