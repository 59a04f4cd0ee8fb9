import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AlertSettings } from '../domain/alert-settings.ts';
import type { AnalyticsErrors } from '../domain/error-codes.ts';

const operation = capability<AnalyticsErrors>({
  name: 'Alerts',
  group: 'Analytics',
  description: 'Choose what you want to be told of by email: limits of metrics, unusual results, goals at risk.',
});

const fields = { thresholds: true, anomalies: true, goals: true } as const;

const AlertSettingsView = AlertSettings.pick({ ...fields, version: true, updatedAt: true })
  .extend({
    updatedAt: AlertSettings.shape.updatedAt.nullable().meta({ description: 'Latest change; null: none yet' }),
  })
  .meta({ id: 'AlertSettingsView', description: 'What the caller wants to be told of' });

export const getAlertSettings = operation({
  id: 'getAlertSettings',
  method: 'GET',
  path: '/v1/analytics/alerts',
  summary: 'Get what you want to be told of',
  description: 'Each member has settings of their own, in each workspace. Without settings, nothing is told.',
  access: 'analytics:read',
  response: AlertSettingsView,
  etag: true,
});

export const setAlertSettings = operation({
  id: 'setAlertSettings',
  method: 'PUT',
  path: '/v1/analytics/alerts',
  summary: 'Set what you want to be told of',
  description:
    'Replaces your settings. Limits are checked when metrics are read and once a day. You get an email when a limit is ' +
    'crossed, and again only after the metric was back on the other side; never more than one a day for the same limit, ' +
    'account or goal.',
  access: 'analytics:read',
  request: { body: z.strictObject(AlertSettings.pick(fields).shape) },
  response: AlertSettingsView,
  errors: { forbidden: ['only_for_people'], conflict: ['changed_meanwhile'] },
  etag: true,
  ifMatch: 'optional',
});

export const deleteAlertSettings = operation({
  id: 'deleteAlertSettings',
  method: 'DELETE',
  path: '/v1/analytics/alerts',
  summary: 'Stop all alerts',
  description: 'Deletes your settings, and the record of what you were told. Nothing to delete is not an error.',
  access: 'analytics:read',
});

export const operations = [getAlertSettings, setAlertSettings, deleteAlertSettings] as const;
