import * as z from 'zod';
import { TimeZone } from '#shared/time.ts';

/** Maximum length of a period in a request, in days. */
export const maxDays = 400;

/** A local date in a response. */
export const LocalDate = z.iso.date().meta({ examples: ['2026-11-22'] });

/** The days of publication that an answer or a report covers. */
export const PublicationDays = z
  .object({
    from: LocalDate.meta({ description: 'First day, in `timeZone`' }),
    to: LocalDate.meta({ description: 'Last day (inclusive), in `timeZone`' }),
    timeZone: TimeZone,
  })
  .meta({ id: 'PublicationDays', description: 'Days of publication' });
