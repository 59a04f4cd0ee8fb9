import { DomainError } from '#shared/errors.ts';
import { Role } from '#shared/permissions.ts';

/** Whether a member with role `by` can assign `role`, or act on a member who has it: only up to their own role. */
export const reaches = (by: Role, role: Role): boolean => Role.options.indexOf(by) <= Role.options.indexOf(role);

/** @throws DomainError `role_above_own` if one of the roles is above `by` */
export const assertReach = (by: Role, ...roles: readonly Role[]): void => {
  if (!roles.every((role) => reaches(by, role))) throw roleAboveOwn();
};

const roleAboveOwn = (): DomainError =>
  new DomainError(
    'forbidden',
    'role_above_own',
    'This role is above yours. Ask a member with that role or a higher one.',
  );
