import { DomainError, type FieldError } from '#shared/errors.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';

/** What is wrong with the name of a zone, in a list of none or one. */
export const zoneErrors = (timeZone: string, path: string): FieldError[] => {
  try {
    knownTimeZone(timeZone);
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.fields.map((field) => ({ ...field, path }));
  }
};
