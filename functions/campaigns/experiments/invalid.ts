import { DomainError, type FieldError } from '#shared/errors.ts';

/** Error for an invalid experiment. Paths are relative to it: `contents.0.content.values`. */
export const invalidExperiment = (fields: readonly FieldError[]): DomainError =>
  new DomainError('invalid', 'invalid_experiment', 'The experiment does not fit the plan; `fields` says what to fix.', {
    fields,
  });
