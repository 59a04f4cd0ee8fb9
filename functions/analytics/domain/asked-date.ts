import * as z from 'zod';

/** A local date in a request: not before X was launched (2006), and not too late to compute with. */
export const AskedDate = z.iso
  .date('must be a date such as 2026-11-22')
  .refine((day) => day >= '2006-01-01' && day < '2200-01-01', 'must be from 2006-01-01 to 2199-12-31')
  .meta({ examples: ['2026-11-22'] });
