import { DomainError, type FieldError } from '#shared/errors.ts';

/** The refusal of an experiment. Paths are those within it: `contents.0.content.values`. */
export const invalidExperiment = (fields: readonly FieldError[]): DomainError =>
  new DomainError('invalid', 'invalid_experiment', 'The experiment does not fit the plan; `fields` says what to fix.', {
    fields,
  });
