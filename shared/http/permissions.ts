import * as z from 'zod';

/** The roles of a workspace's members, from the most to the least powerful. */
export const Role = z.enum(['owner', 'admin', 'manager', 'editor', 'analyst']);
export type Role = z.infer<typeof Role>;

const everyone: readonly Role[] = Role.options;
const owners: readonly Role[] = ['owner'];
const admins: readonly Role[] = ['owner', 'admin'];
const planners: readonly Role[] = ['owner', 'admin', 'manager'];
const writers: readonly Role[] = ['owner', 'admin', 'manager', 'editor'];

/** Which role may do what. An operation names its permission; nothing else decides. */
const grants = {
  'audit:read': admins,
  'platform:read': admins,
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
  'analytics:read': everyone,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof grants;

/** Whether a member of that role holds the permission. */
export const mayDo = (role: Role, permission: Permission): boolean => {
  const holders: readonly Role[] = grants[permission];
  return holders.includes(role);
};
