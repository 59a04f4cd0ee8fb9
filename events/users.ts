import * as z from 'zod';
import { defineEvent } from '../shared/events/event.ts';
import { Role } from '../shared/http/permissions.ts';

export const UserRegistered = defineEvent(
  'users',
  'user.registered',
  1,
  'A person confirmed their sign-up; their workspace was made with them as its owner.',
  z.object({ role: Role }),
);

export const UserLogin = defineEvent('users', 'user.login', 1, 'A person signed in.', z.object({}));

export const UserLogout = defineEvent('users', 'user.logout', 1, 'A person signed out.', z.object({}));
