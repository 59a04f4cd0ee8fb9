import type { FieldError } from '#shared/errors.ts';
import { invalidPlan } from '../domain/invalid-plan.ts';
import type { Plan } from '../domain/plan.ts';
import { contentErrors } from './content.ts';
import type { PlanContext } from './context.ts';
import { zoneErrors } from './zone-errors.ts';

/** Errors for values that occur earlier in the list. */
const repeated = (values: readonly string[], pathOf: (place: number) => string, code: string): FieldError[] =>
  values.flatMap((value, place) =>
    values.indexOf(value) < place ? [{ path: pathOf(place), code, message: `${value} is duplicated` }] : [],
  );

const zoneErrorsOf = ({ timeZone, tracks }: Plan): FieldError[] => [
  ...zoneErrors(timeZone, 'timeZone'),
  ...tracks.flatMap((track, index) => (track.timeZone ? zoneErrors(track.timeZone, `tracks.${index}.timeZone`) : [])),
];

/** Asserts that all time zones exist. @throws DomainError `invalid_plan` */
export const assertZones = (plan: Plan): void => {
  const fields = zoneErrorsOf(plan);
  if (fields.length > 0) throw invalidPlan(fields);
};

/**
 * Validates what can be checked before expanding a plan: time zones, names, content.
 * @throws DomainError `invalid_plan` with all errors
 */
export const assertPlan = (plan: Plan, context: PlanContext): void => {
  const { tracks } = plan;
  const ids = tracks.map(({ id }) => id);
  const spaced = plan.accountSpacing.map(({ accountId }) => accountId);
  const fields = [
    ...zoneErrorsOf(plan),
    ...repeated(ids, (place) => `tracks.${place}.id`, 'repeated_track'),
    ...repeated(spaced, (place) => `accountSpacing.${place}.accountId`, 'repeated_account'),
    ...tracks.flatMap(({ accountIds }, index) =>
      repeated(accountIds, (place) => `tracks.${index}.accountIds.${place}`, 'repeated_account'),
    ),
    ...contentErrors(plan, context),
  ];
  if (fields.length > 0) throw invalidPlan(fields);
};
