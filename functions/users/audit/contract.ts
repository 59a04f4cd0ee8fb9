import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { AskedInstant } from '#shared/time.ts';
import { AuditLink, Breach } from '../domain/audit-chain.ts';
import { SignedCheckpoint } from '../domain/checkpoint.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { audited } from '../events-heard.ts';

export const operation = capability<UserErrors>({
  name: 'Audit trail',
  group: 'Compliance',
  description: 'Read, verify and export the tamper-evident record of what happened in a workspace.',
});

export const listAuditEvents = operation({
  id: 'listAuditEvents',
  method: 'GET',
  path: '/v1/audit-events',
  summary: 'What happened in the workspace, newest first',
  access: 'audit:read',
  request: {
    query: pageQuery({
      from: AskedInstant.optional().meta({ description: 'Earliest time, inclusive' }),
      to: AskedInstant.optional().meta({ description: 'Latest time, exclusive' }),
      entityId: z.string().min(1).max(64).optional().meta({ description: 'What happened to one post, account ...' }),
      eventType: z.enum(audited.map(({ type }) => type)).optional(),
      actorId: z.string().min(1).max(64).optional().meta({ description: 'What one person, service account ... did' }),
    }).check(range()),
  },
  response: pageOf(AuditLink),
});

export const verifyAuditEvents = operation({
  id: 'verifyAuditEvents',
  method: 'GET',
  path: '/v1/audit-events/verify',
  summary: 'Follow the chain of audit events and name the first broken link',
  description:
    'Follows the chain for some seconds. `unfinished`: ask again with `next` as cursor to go on from there. The chain begins at the first event, or behind the checkpoint that stands for those that are not kept any more.',
  access: 'audit:read',
  request: { query: z.strictObject({ cursor: z.string().max(1024).optional() }) },
  response: z
    .object({
      verdict: z.enum(['intact', 'broken', 'unfinished']),
      checked: z.int().meta({ description: 'Events that this request has followed' }),
      from: z.int().meta({ description: 'The sequence behind which it began' }),
      through: z.int().meta({ description: 'The sequence up to which the chain is intact' }),
      next: z.string().nullable(),
      brokenAt: z.object({ sequence: z.int(), eventId: z.string().nullable(), why: Breach }).nullable(),
    })
    .meta({ id: 'AuditVerdict' }),
});

export const listAuditCheckpoints = operation({
  id: 'listAuditCheckpoints',
  method: 'GET',
  path: '/v1/audit-events/checkpoints',
  summary: 'What was signed of the chain of audit events at the end of each month, the oldest first',
  access: 'audit:read',
  response: z.object({
    items: z.array(SignedCheckpoint),
    publicKey: z
      .object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), kid: z.string() })
      .meta({ description: 'The key the signatures verify with, as a JSON Web Key (RFC 8037)' }),
  }),
});

export const operations = [listAuditEvents, verifyAuditEvents, listAuditCheckpoints] as const;
