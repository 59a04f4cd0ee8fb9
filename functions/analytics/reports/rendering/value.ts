import * as z from 'zod';
import { bounds } from './bounds.ts';

/**
 * A single-line text: line breaks, tabs and control characters become spaces, and half of a surrogate pair becomes
 * U+FFFD. So no format gets what it cannot hold: XML has no control characters (XML 1.0, production 2), and a text
 * never begins with a tab or a return, which a spreadsheet would skip before a formula.
 */
export const line = (longest: number) =>
  z
    .string()
    .max(longest, { abort: true })
    .overwrite((text) =>
      text
        .toWellFormed()
        .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
        .trim(),
    );

/** A single-line text that is not blank. */
export const label = line(bounds.label).min(1, 'must not be blank');

/** Kind of a number: a share (0.25 is 25%), millionths of a US dollar, or a plain number. */
export const NumberKind = z.enum(['integer', 'decimal', 'percent', 'money']);
export type NumberKind = z.infer<typeof NumberKind>;

/** What a column holds. An instant is in UTC. */
export const ValueKind = z.enum([...NumberKind.options, 'text', 'instant']);
export type ValueKind = z.infer<typeof ValueKind>;

/** Whether a number is present, or why it is missing: X does not report it yet, at all, or any longer. */
export const Availability = z.enum(['available', 'delayed', 'unsupported', 'deleted', 'withheld']);
export type Availability = z.infer<typeof Availability>;

const count = z.int().min(0);

/** Within JavaScript's safe integers: beyond them, axes have no even steps. */
const number = z.number().gte(Number.MIN_SAFE_INTEGER).lte(Number.MAX_SAFE_INTEGER);

/** A number and its data status. */
export const Measured = z.strictObject({
  value: number.nullable(),
  availability: Availability.default('available'),
  /** Number of posts that it is based on, and of all posts. */
  coverage: z
    .strictObject({ measured: count, total: count })
    .refine(({ measured, total }) => measured <= total, 'must not measure more than there is')
    .optional(),
  /** Whether it includes the last numbers of posts that X no longer shows. */
  carriedForward: z.boolean().default(false),
});
export type Measured = z.infer<typeof Measured>;

/** A number with its data status, only a number if there is nothing more to say about it, or nothing. */
export const Reading = z.union([number, z.null(), Measured]);
export type Reading = z.infer<typeof Reading>;

/** Content of a table's cell: a reading, a text or an instant. */
export const Cell = z.union([number, z.null(), line(bounds.cell), Measured]);
export type Cell = z.infer<typeof Cell>;

/** Returns the reading with its data status. */
export const measured = (reading: Reading): Measured =>
  typeof reading === 'object' && reading !== null
    ? reading
    : { value: reading, availability: 'available', carriedForward: false };

/** Returns only the number; null if there is none. */
export const numberOf = (reading: Reading): number | null => measured(reading).value;
