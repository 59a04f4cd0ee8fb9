import * as z from 'zod';
import { Instant } from '#shared/time.ts';
import { GivenPassword } from '../domain/password.ts';
import { operation } from './export-contract.ts';

export const eraseMe = operation({
  id: 'eraseMe',
  method: 'DELETE',
  path: '/v1/me',
  summary: 'Erase your account and personal data',
  description:
    'You can no longer sign in. Within minutes you are removed from all workspaces, and your name, your address and ' +
    'the emails sent to it are erased; your id stays as a pseudonym in posts, comments and audit trails, and with ' +
    'it the networks of your sign-ins in audit trails. Files of compliance reports created before the erasure keep ' +
    'your name and last sign-in; an archive that you exported is deleted 7 days after you requested it; backups ' +
    'keep your data for 35 days. A workspace with no other members is deleted in 14 days. You cannot undo this.',
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
