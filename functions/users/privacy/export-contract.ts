import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { PersonExportId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { PersonExport } from '../domain/person-export.ts';

export const operation = capability<UserErrors>({
  name: 'Personal data',
  group: 'Identity',
  description: 'Export or erase your personal data.',
});

const PersonExportView = PersonExport.pick({ id: true, status: true, createdAt: true, expiresAt: true, version: true })
  .extend({
    link: z
      .object({
        url: z.url().meta({ description: 'Link to download the file without signing in' }),
        expiresAt: Instant.meta({ description: 'When the link stops working (UTC)' }),
      })
      .nullable()
      .meta({
        description: 'Download link, a new one for each request; null: the archive is not ready, or was deleted',
      }),
  })
  .meta({ id: 'PersonExport' });

export const exportMe = operation({
  id: 'exportMe',
  method: 'POST',
  path: '/v1/me/export',
  summary: 'Export your personal data to an archive',
  description:
    'Covers every workspace that you are or were in. Runs in the background: poll the export until `status` is `ready` or ' +
    '`failed`. You can export once every 24 hours, not counting failed exports; the archive is deleted after 7 days.',
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
  summary: 'Get an export of your personal data',
  description: 'Only your latest export can be read. The link is valid for 15 minutes.',
  access: 'signed-in',
  asksWhetherSignedIn: true,
  request: { path: z.strictObject({ exportId: PersonExportId }) },
  response: PersonExportView,
  errors: { forbidden: ['only_people'], 'not-found': ['export_not_found'] },
});

export const operations = [exportMe, getMyExport] as const;
