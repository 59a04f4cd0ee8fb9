/**
 * Maximum size of a report: a Lambda function renders it in every format well within its time and memory. Texts are
 * measured in UTF-16 units.
 */
export const bounds = {
  sections: 40,
  notes: 40,
  figures: 60,
  columns: 20,
  /** Of all tables together. */
  rows: 10_000,
  /** Of all tables together. */
  cells: 100_000,
  /** Of all lines of a series together. */
  points: 2_000,
  lines: 10,
  bars: 40,
  label: 200,
  note: 1_000,
  cell: 1_000,
} as const;
