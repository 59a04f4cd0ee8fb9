import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { PersonExportId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { PersonExport } from '../domain/person-export.ts';

export const operation = capability<UserErrors>({
  name: 'Personal data',
  group: 'Identity',
  description: 'Export or erase the personal data of the signed-in person.',
});

const PersonExportView = PersonExport.pick({ id: true, status: true, createdAt: true, expiresAt: true, version: true })
  .extend({
    link: z.object({ url: z.url(), expiresAt: Instant }).nullable().meta({
      description: 'Where the archive is, once it is ready and until it is deleted; ask again for a new link',
    }),
  })
  .meta({ id: 'PersonExport' });

export const exportMe = operation({
  id: 'exportMe',
  method: 'POST',
  path: '/v1/me/export',
  summary: 'Have all that is kept of the own person written to an archive',
  description:
    'Of every workspace that the person is or was in. Once in 24 hours; the archive is deleted after seven days. What ' +
    'is kept and why: docs/personal-data.md.',
  access: 'signed-in',
  response: PersonExportView,
  status: 202,
  errors: {
    forbidden: ['only_people'],
    'rate-limited': ['exported_today', 'daily_limit'],
    conflict: ['changed_meanwhile'],
  },
  limit: 'costly',
});

export const getMyExport = operation({
  id: 'getMyExport',
  method: 'GET',
  path: '/v1/me/exports/{exportId}',
  summary: 'What became of an export of the own data, and a link to its archive for 15 minutes',
  access: 'signed-in',
  asksWhetherSignedIn: true,
  request: { path: z.strictObject({ exportId: PersonExportId }) },
  response: PersonExportView,
  errors: { forbidden: ['only_people'], 'not-found': ['export_not_found'] },
});

export const operations = [exportMe, getMyExport] as const;
