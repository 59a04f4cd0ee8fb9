import * as z from 'zod';
import { DomainError } from './errors.ts';

/** Roles of a workspace's members, from the most to the least powerful. */
export const Role = z.enum(['owner', 'admin', 'manager', 'editor', 'analyst']).meta({
  description:
    'Role in the workspace; each role includes the roles after it. `owner`: also transfers and deletes the workspace; ' +
    '`admin`: manages settings, members and X accounts; `manager`: approves, schedules and launches; `editor`: writes ' +
    'posts and campaigns; `analyst`: reads',
});
export type Role = z.infer<typeof Role>;

const everyone: readonly Role[] = Role.options;
const owners: readonly Role[] = ['owner'];
const admins: readonly Role[] = ['owner', 'admin'];
const planners: readonly Role[] = ['owner', 'admin', 'manager'];
const writers: readonly Role[] = ['owner', 'admin', 'manager', 'editor'];

/** The roles that hold each permission. An operation names its permission; nothing else decides. */
const grants = {
  'audit:read': admins,
  'workspace:read': everyone,
  'workspace:manage': admins,
  'workspace:own': owners,
  'members:read': everyone,
  'members:manage': admins,
  'service-accounts:manage': admins,
  'security:read': admins,
  'compliance:read': admins,
  'accounts:read': everyone,
  'accounts:connect': admins,
  'usage:read': planners,
  'posts:read': everyone,
  'posts:write': writers,
  'posts:schedule': planners,
  'posts:approve': planners,
  'posts:override': admins,
  'campaigns:read': everyone,
  'campaigns:write': writers,
  'campaigns:launch': planners,
  'automations:read': everyone,
  'automations:manage': planners,
  'analytics:read': everyone,
  'webhooks:read': admins,
  'webhooks:manage': admins,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof grants;

/**
 * Permissions that only people hold, whatever the role of a service account: a secret stored in a file has no second
 * factor, and must not grant power to others, weaken the workspace's security, or outlive its revocation. Machines keep
 * what they are for: reading (including the audit trail for a SIEM), writing, planning.
 */
const onlyPeople: readonly Permission[] = [
  'workspace:manage',
  'workspace:own',
  'members:manage',
  'service-accounts:manage',
  'accounts:connect',
  'posts:override',
  'webhooks:manage',
];

/** Whether a service account may hold the permission, given a sufficient role. */
export const isForMachines = (permission: Permission): boolean => !onlyPeople.includes(permission);

/** The error for a service account that tries something only people may do. */
export const onlyForPeople = (): DomainError =>
  new DomainError('forbidden', 'only_for_people', 'Service accounts cannot do this.');

/** Whether members with the role hold the permission. */
export const mayDo = (role: Role, permission: Permission): boolean => {
  const holders: readonly Role[] = grants[permission];
  return holders.includes(role);
};

/** Whether a role is less powerful than another. */
export const isBelow = (role: Role, other: Role): boolean => everyone.indexOf(role) > everyone.indexOf(other);
