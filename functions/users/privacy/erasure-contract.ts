import * as z from 'zod';
import { Instant } from '#shared/time.ts';
import { GivenPassword } from '../domain/password.ts';
import { operation } from './export-contract.ts';

export const eraseMe = operation({
  id: 'eraseMe',
  method: 'DELETE',
  path: '/v1/me',
  summary: 'Have yourself erased',
  description:
    'Signing in is refused from now on. Within minutes you are taken out of every workspace, and your name, your ' +
    'address and all sent to it are erased; your id stays as a pseudonym in posts, comments and audit trails. A ' +
    'workspace in which you are alone is deleted in 14 days. It cannot be called off.',
  access: 'signed-in',
  allowedWithoutMfa: true,
  request: { body: z.strictObject({ password: GivenPassword }) },
  response: z.object({ status: z.literal('erasing'), requestedAt: Instant }),
  status: 202,
  errors: {
    unauthenticated: ['invalid_credentials'],
    forbidden: ['no_workspace'],
    conflict: ['sole_owner', 'changed_meanwhile'],
    'rate-limited': ['too_many_tries'],
  },
  limit: 'credentials',
});

export const operations = [eraseMe] as const;
