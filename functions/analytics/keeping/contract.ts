import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import type { AnalyticsErrors } from '../domain/error-codes.ts';
import { Retention } from '../domain/retention.ts';

const operation = capability<AnalyticsErrors>({
  name: 'Retention',
  group: 'Analytics',
  description: 'Set how long metrics and reports are kept.',
});

const RetentionView = Retention.pick({ metricsDays: true, reportsDays: true, version: true, updatedAt: true })
  .extend({
    updatedAt: Retention.shape.updatedAt
      .nullable()
      .meta({ description: 'When they were last changed (UTC); null: never' }),
  })
  .meta({ id: 'RetentionView', description: 'How long the workspace keeps metrics and reports' });

export const getRetention = operation({
  id: 'getRetention',
  method: 'GET',
  path: '/v1/analytics/retention',
  summary: 'Get the retention of metrics and reports',
  access: 'analytics:read',
  response: RetentionView,
  etag: true,
});

export const setRetention = operation({
  id: 'setRetention',
  method: 'PUT',
  path: '/v1/analytics/retention',
  summary: 'Set how long metrics and reports are kept',
  description:
    'Applies to metrics and reports from now on; data older than the new period is deleted within a day. If a shorter ' +
    'period would delete data, the request fails with `retention_deletes_data`, and its `detail` names that data; send ' +
    'the request again with `deletesData` to confirm. A longer period does not restore deleted data, and existing data is kept only for ' +
    'the period set before.',
  access: 'workspace:manage',
  request: {
    body: z.strictObject({
      metricsDays: Retention.shape.metricsDays,
      reportsDays: Retention.shape.reportsDays,
      deletesData: z
        .boolean()
        .default(false)
        .meta({ description: 'Whether data older than the new period may be deleted' }),
    }),
  },
  response: RetentionView,
  errors: { conflict: ['retention_deletes_data', 'changed_meanwhile'] },
  etag: true,
  ifMatch: 'optional',
});

export const operations = [getRetention, setRetention] as const;
