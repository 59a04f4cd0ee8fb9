import { DomainError } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Report } from '../domain/report.ts';

/** Asserts that the caller created the report, or is an owner or admin. @throws DomainError `not_your_report` */
export const assertMayChangeReport = ({ createdBy }: Pick<Report, 'createdBy'>, { actor, role }: Caller): void => {
  if (createdBy.id === actor.id || mayDo(role, 'members:manage')) return;
  throw new DomainError(
    'forbidden',
    'not_your_report',
    'Only its creator, owners and admins can change, share or delete it.',
  );
};
