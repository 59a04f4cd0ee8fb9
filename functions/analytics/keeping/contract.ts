import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import type { AnalyticsErrors } from '../domain/error-codes.ts';
import { Retention } from '../domain/retention.ts';

const operation = capability<AnalyticsErrors>({
  name: 'Retention',
  group: 'Analytics',
  description: 'Decide how long metrics and reports are kept.',
});

const RetentionView = Retention.pick({ metricsDays: true, reportsDays: true, version: true, updatedAt: true })
  .extend({ updatedAt: Retention.shape.updatedAt.nullable().meta({ description: 'Latest change; null: none yet' }) })
  .meta({ id: 'RetentionView', description: 'How long the workspace keeps metrics and reports' });

export const getRetention = operation({
  id: 'getRetention',
  method: 'GET',
  path: '/v1/analytics/retention',
  summary: 'Get how long metrics and reports are kept',
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
    'Applies to what is read or made from now on; what is older is deleted within a day. Where a shorter time deletes ' +
    'something, the request is refused with `retention_deletes_data`, which says what, until it is sent with ' +
    '`deletesData`. A longer time brings nothing back, and what is there already is kept as long as was set before.',
  access: 'workspace:manage',
  request: {
    body: z.strictObject({
      metricsDays: Retention.shape.metricsDays,
      reportsDays: Retention.shape.reportsDays,
      deletesData: z.boolean().default(false).meta({ description: 'Whether older data may be deleted' }),
    }),
  },
  response: RetentionView,
  errors: { conflict: ['retention_deletes_data', 'changed_meanwhile'] },
  etag: true,
  ifMatch: 'optional',
});

export const operations = [getRetention, setRetention] as const;
