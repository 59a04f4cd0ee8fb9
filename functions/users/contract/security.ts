import { operation } from '../../../shared/http/operation.ts';
import { pageOf, pageQuery } from '../../../shared/http/page.ts';
import { SecurityEvent } from '../domain/security-event.ts';

const SecurityEventView = SecurityEvent.omit({
  changedBy: true,
  correlationId: true,
  createdAt: true,
  updatedAt: true,
  version: true,
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

export const operations = [listSecurityEvents] as const;
