import * as z from 'zod';
import { Instant } from '#shared/time.ts';
import { bounds } from './bounds.ts';
import { Cell, label, line, NumberKind, Reading, ValueKind } from './value.ts';

const head = {
  title: label,
  /** Notes on these numbers: where they come from, what is missing. */
  notes: z.array(line(bounds.note).min(1)).max(bounds.notes).default([]),
};

/** Single numbers, each under its label. */
export const FiguresSection = z.strictObject({
  kind: z.literal('figures'),
  ...head,
  figures: z
    .array(z.strictObject({ label, valueKind: NumberKind, value: Reading, note: line(bounds.note).default('') }))
    .max(bounds.figures),
});
export type FiguresSection = z.infer<typeof FiguresSection>;

export const Column = z.strictObject({ label, kind: ValueKind });
export type Column = z.infer<typeof Column>;

/** Rows of cells; each cell is of its column's kind, or empty. */
export const TableSection = z.strictObject({
  kind: z.literal('table'),
  ...head,
  columns: z.array(Column).min(1).max(bounds.columns),
  rows: z.array(z.array(Cell).max(bounds.columns)).max(bounds.rows),
});
export type TableSection = z.infer<typeof TableSection>;

/** Lines over time: each has a reading for each time, in ascending order. */
export const SeriesSection = z.strictObject({
  kind: z.literal('series'),
  ...head,
  valueKind: NumberKind,
  times: z.array(Instant).max(bounds.points),
  lines: z.array(z.strictObject({ name: label, values: z.array(Reading).max(bounds.points) })).max(bounds.lines),
});
export type SeriesSection = z.infer<typeof SeriesSection>;

/** Numbers shown as bars, in this order. */
export const BarsSection = z.strictObject({
  kind: z.literal('bars'),
  ...head,
  valueKind: NumberKind,
  bars: z.array(z.strictObject({ name: label, value: Reading })).max(bounds.bars),
});
export type BarsSection = z.infer<typeof BarsSection>;
