import { capability } from '#shared/http/operation.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { FailedSignIns } from '../domain/failed-sign-in.ts';
import { SecurityEvent } from '../domain/security-event.ts';

const operation = capability<UserErrors>({
  name: 'Security events',
  group: 'Compliance',
  description: 'Review suspicious sign-ins and other findings.',
});

const SecurityEventView = SecurityEvent.omit({
  changedBy: true,
  correlationId: true,
  createdAt: true,
  updatedAt: true,
  version: true,
  isTold: true,
}).meta({ id: 'SecurityEvent' });

export const listSecurityEvents = operation({
  id: 'listSecurityEvents',
  method: 'GET',
  path: '/v1/security-events',
  summary: 'What whoever looks after the workspace should look at, newest first',
  access: 'security:read',
  request: { query: pageQuery({}) },
  response: pageOf(SecurityEventView),
});

export const listFailedSignIns = operation({
  id: 'listFailedSignIns',
  method: 'GET',
  path: '/v1/failed-sign-ins',
  summary: 'List failed sign-ins of people in the workspace, by hour and network, newest first',
  description:
    'Of the last 90 days. `isLocked`: further attempts were refused without being looked at; those are not counted.',
  access: 'security:read',
  request: { query: pageQuery({}) },
  response: pageOf(FailedSignIns.omit({ addressDigest: true }).meta({ id: 'FailedSignIns' })),
});

export const operations = [listSecurityEvents, listFailedSignIns] as const;
