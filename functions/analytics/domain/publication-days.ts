import * as z from 'zod';
import { TimeZone } from '#shared/time.ts';

/** The longest period that can be asked for. */
export const maxDays = 400;

/** A local day that an answer names. */
export const LocalDate = z.iso.date().meta({ examples: ['2026-11-22'] });

/** The days of publication that an answer or a report covers. */
export const PublicationDays = z
  .object({
    from: LocalDate.meta({ description: 'First day, in `timeZone`' }),
    to: LocalDate.meta({ description: 'Last day (inclusive), in `timeZone`' }),
    timeZone: TimeZone,
  })
  .meta({ id: 'PublicationDays', description: 'Days of publication' });
