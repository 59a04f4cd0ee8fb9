import { DomainError, type FieldError } from '#shared/errors.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';

/** The refusal of a plan. Paths are those within the plan: `tracks.0.times.rule`. */
export const invalidPlan = (fields: readonly FieldError[]): DomainError =>
  new DomainError('invalid', 'invalid_plan', 'The plan cannot be carried out; `fields` says what to fix.', {
    fields,
  });

/** The refusal of one field. */
export const invalidField = (path: string, code: string, message: string): DomainError =>
  invalidPlan([{ path, code, message }]);

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
