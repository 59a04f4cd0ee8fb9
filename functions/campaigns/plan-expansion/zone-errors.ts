import { DomainError, type FieldError } from '#shared/errors.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';

/** Validates a time zone name; returns at most one error. */
export const zoneErrors = (timeZone: string, path: string): FieldError[] => {
  try {
    knownTimeZone(timeZone);
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.fields.map((field) => ({ ...field, path }));
  }
};
