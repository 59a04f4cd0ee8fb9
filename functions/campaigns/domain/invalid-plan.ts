import { DomainError, type FieldError } from '#shared/errors.ts';

/** Error for an invalid plan. Paths are relative to the plan: `tracks.0.times.rule`. */
export const invalidPlan = (fields: readonly FieldError[]): DomainError =>
  new DomainError('invalid', 'invalid_plan', 'The plan cannot be carried out; `fields` says what to fix.', {
    fields,
  });

/** Error for one invalid field. */
export const invalidField = (path: string, code: string, message: string): DomainError =>
  invalidPlan([{ path, code, message }]);
