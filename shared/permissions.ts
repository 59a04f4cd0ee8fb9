import * as z from 'zod';
import { DomainError } from './errors.ts';

/** The roles of a workspace's members, from the most to the least powerful. */
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

/** Which role may do what. An operation names its permission; nothing else decides. */
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
 * What people alone do, whatever role a service account has: a secret that lies in a file has no second factor, and must
 * not give power to others, weaken the workspace's safety, or outlive its own end. What a machine is for stays with it:
 * reading (the audit trail for a SIEM too), writing, planning.
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

/** Whether a service account may hold the permission, given the role. */
export const isForMachines = (permission: Permission): boolean => !onlyPeople.includes(permission);

/** The refusal of a service account that tries what people alone do. */
export const onlyForPeople = (): DomainError =>
  new DomainError('forbidden', 'only_for_people', 'Service accounts cannot do this.');

/** Whether a member of that role holds the permission. */
export const mayDo = (role: Role, permission: Permission): boolean => {
  const holders: readonly Role[] = grants[permission];
  return holders.includes(role);
};

/** Whether a role is less powerful than another one. */
export const isBelow = (role: Role, other: Role): boolean => everyone.indexOf(role) > everyone.indexOf(other);
