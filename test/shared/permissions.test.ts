import { expect, test } from 'vitest';
import { isForMachines, mayDo, type Permission, Role } from '#shared/permissions.ts';

/** The full table for a reader to check: a column per role, from owner to analyst. */
const granted: Record<Permission, string> = {
  //                   owner admin manager editor analyst
  'audit:read': '        x     x      -      -      -',
  'workspace:read': '    x     x      x      x      x',
  'workspace:manage': '  x     x      -      -      -',
  'workspace:own': '     x     -      -      -      -',
  'members:read': '      x     x      x      x      x',
  'members:manage': '    x     x      -      -      -',
  'service-accounts:manage': 'x  x      -      -      -',
  'security:read': '     x     x      -      -      -',
  'compliance:read': '   x     x      -      -      -',
  'accounts:read': '     x     x      x      x      x',
  'accounts:connect': '  x     x      -      -      -',
  'usage:read': '        x     x      x      -      -',
  'posts:read': '        x     x      x      x      x',
  'posts:write': '       x     x      x      x      -',
  'posts:schedule': '    x     x      x      -      -',
  'posts:approve': '     x     x      x      -      -',
  'posts:override': '    x     x      -      -      -',
  'campaigns:read': '    x     x      x      x      x',
  'campaigns:write': '   x     x      x      x      -',
  'campaigns:launch': '  x     x      x      -      -',
  'automations:read': '  x     x      x      x      x',
  'automations:manage': 'x     x      x      -      -',
  'analytics:read': '    x     x      x      x      x',
  'webhooks:read': '     x     x      -      -      -',
  'webhooks:manage': '   x     x      -      -      -',
};

const isPermission = (name: string): name is Permission => name in granted;
const permissions = Object.keys(granted).filter(isPermission);

test('the roles are listed from the most to the least powerful', () => {
  expect(Role.options).toEqual(['owner', 'admin', 'manager', 'editor', 'analyst']);
});

test.each(permissions)('%s is granted to exactly the roles in the table', (permission) => {
  const row = granted[permission].trim().split(/\s+/);
  expect(Role.options.map((role) => (mayDo(role, permission) ? 'x' : '-'))).toEqual(row);
});

test('every role has all permissions of the less powerful ones', () => {
  for (const permission of permissions) {
    const held = Role.options.map((role) => mayDo(role, permission));
    expect(held.lastIndexOf(true), permission).toBe(held.filter(Boolean).length - 1);
  }
});

test('machines never get permissions that give others power, weaken security or touch X accounts', () => {
  expect(permissions.filter((permission) => !isForMachines(permission))).toEqual([
    'workspace:manage',
    'workspace:own',
    'members:manage',
    'service-accounts:manage',
    'accounts:connect',
    'posts:override',
    'webhooks:manage',
  ]);
});
