import * as z from 'zod';
import { operation } from '../../../shared/http/operation.ts';
import { pageOf, pageQuery } from '../../../shared/http/page.ts';
import { Instant } from '../../../shared/time.ts';
import { AuditEvent } from '../domain/audit-event.ts';
import { listensTo } from './events-heard.ts';

export const listAuditEvents = operation({
  id: 'listAuditEvents',
  method: 'GET',
  path: '/v1/audit-events',
  summary: 'What happened in the workspace, newest first',
  access: 'audit:read',
  request: {
    query: pageQuery({
      from: Instant.optional().meta({ description: 'Earliest time, inclusive' }),
      to: Instant.optional().meta({ description: 'Latest time, exclusive' }),
      entityId: z.string().min(1).max(64).optional().meta({ description: 'What happened to one post, account ...' }),
      eventType: z.enum(listensTo.map(({ type }) => type)).optional(),
    }),
  },
  response: pageOf(AuditEvent),
});

export const operations = [listAuditEvents] as const;
