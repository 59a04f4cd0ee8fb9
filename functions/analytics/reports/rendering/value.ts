import * as z from 'zod';
import { bounds } from './bounds.ts';

/**
 * A text of one line: breaks, tabs and control characters become blanks, and half of a surrogate pair becomes U+FFFD. So
 * no format meets what it cannot hold: XML has no control characters (XML 1.0, production 2), and a text never begins
 * with a tab or a return, which a spreadsheet would pass over before a formula.
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

/** A text of one line with something to read in it. */
export const label = line(bounds.label).min(1, 'must not be blank');

/** How a number is meant: a share (0.25 is 25%), millionths of a US dollar, or a plain number. */
export const NumberKind = z.enum(['integer', 'decimal', 'percent', 'money']);
export type NumberKind = z.infer<typeof NumberKind>;

/** What a column holds. An instant is in UTC. */
export const ValueKind = z.enum([...NumberKind.options, 'text', 'instant']);
export type ValueKind = z.infer<typeof ValueKind>;

/** Whether a number is there: X has not given it yet, does not give it, or gives it no longer. */
export const Availability = z.enum(['available', 'delayed', 'unsupported', 'deleted', 'withheld']);
export type Availability = z.infer<typeof Availability>;

const count = z.int().min(0);

/** Within what JavaScript counts exactly: beyond it axes have no even steps. */
const number = z.number().gte(Number.MIN_SAFE_INTEGER).lte(Number.MAX_SAFE_INTEGER);

/** A number and its data status. */
export const Measured = z.strictObject({
  value: number.nullable(),
  availability: Availability.default('available'),
  /** How many of how many posts it rests on. */
  coverage: z
    .strictObject({ measured: count, total: count })
    .refine(({ measured, total }) => measured <= total, 'must not measure more than there is')
    .optional(),
  /** Whether it is the last one known, and nothing was read since. */
  carriedForward: z.boolean().default(false),
});
export type Measured = z.infer<typeof Measured>;

/** A number with its data status, a number alone where nothing more is to be said of it, or nothing. */
export const Reading = z.union([number, z.null(), Measured]);
export type Reading = z.infer<typeof Reading>;

/** What stands in a table: a reading, a text or an instant. */
export const Cell = z.union([number, z.null(), line(bounds.cell), Measured]);
export type Cell = z.infer<typeof Cell>;

/** The reading with its data status. */
export const measured = (reading: Reading): Measured =>
  typeof reading === 'object' && reading !== null
    ? reading
    : { value: reading, availability: 'available', carriedForward: false };

/** The number alone; null where there is none. */
export const numberOf = (reading: Reading): number | null => measured(reading).value;
