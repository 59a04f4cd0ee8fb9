import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AlertSettings } from '../domain/alert-settings.ts';
import type { AnalyticsErrors } from '../domain/error-codes.ts';

const operation = capability<AnalyticsErrors>({
  name: 'Alerts',
  group: 'Analytics',
  description: 'Choose which alerts you get by email: metric thresholds, unusual results, goals at risk.',
});

const fields = { thresholds: true, anomalies: true, goals: true } as const;

const AlertSettingsView = AlertSettings.pick({ ...fields, version: true, updatedAt: true })
  .extend({
    updatedAt: AlertSettings.shape.updatedAt
      .nullable()
      .meta({ description: 'When they were last changed (UTC); null: never' }),
  })
  .meta({ id: 'AlertSettingsView', description: 'Alert settings of the caller' });

export const getAlertSettings = operation({
  id: 'getAlertSettings',
  method: 'GET',
  path: '/v1/analytics/alerts',
  summary: 'Get your alert settings',
  description: 'Each member has their own settings in each workspace. Without settings, no alerts are sent.',
  access: 'analytics:read',
  response: AlertSettingsView,
  etag: true,
});

export const setAlertSettings = operation({
  id: 'setAlertSettings',
  method: 'PUT',
  path: '/v1/analytics/alerts',
  summary: 'Set which alerts you get',
  description:
    'Replaces your settings. Thresholds are checked when metrics are read and once a day. You get an email when a ' +
    'threshold is crossed, and again only after the metric has been back on the other side; never more than one a day ' +
    'per threshold, account or goal.',
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
  summary: 'Stop all your alerts',
  description:
    'Deletes your settings and the record of alerts sent to you. Succeeds even if there is nothing to delete.',
  access: 'analytics:read',
});

export const operations = [getAlertSettings, setAlertSettings, deleteAlertSettings] as const;
