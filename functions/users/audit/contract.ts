import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { AskedInstant } from '#shared/time.ts';
import { AuditLink, ChainBreak } from '../domain/audit-chain.ts';
import { audited } from '../domain/audited-events.ts';
import { SignedCheckpoint } from '../domain/checkpoint.ts';
import type { UserErrors } from '../domain/error-codes.ts';

export const operation = capability<UserErrors>({
  name: 'Audit trail',
  group: 'Compliance',
  description: 'Read, verify and export the tamper-evident record of what happened in a workspace.',
});

export const listAuditEvents = operation({
  id: 'listAuditEvents',
  method: 'GET',
  path: '/v1/audit-events',
  summary: 'List audit events, newest first',
  description: 'Events are kept for the `auditRetentionDays` of the workspace, or longer.',
  access: 'audit:read',
  request: {
    query: pageQuery({
      from: AskedInstant.optional().meta({ description: 'Earliest time, inclusive; any UTC offset' }),
      to: AskedInstant.optional().meta({ description: 'Latest time, exclusive; any UTC offset' }),
      entityId: z
        .string()
        .min(1)
        .max(64)
        .optional()
        .meta({ description: 'Only events about the entity with this id, such as a post, an account or a member' }),
      eventType: z
        .enum(audited.map(({ type }) => type))
        .optional()
        .meta({ description: 'Only events of this type' }),
      actorId: z.string().min(1).max(64).optional().meta({
        description: 'Only events caused by this person, service account, automation or part of the platform',
      }),
    }).check(range()),
  },
  response: pageOf(AuditLink),
});

export const verifyAuditEvents = operation({
  id: 'verifyAuditEvents',
  method: 'GET',
  path: '/v1/audit-events/verify',
  summary: 'Verify the hash chain of audit events',
  description:
    'Recomputes the chain, compares it with the signed checkpoints, and reports the first break. A long chain takes ' +
    'several requests: while the verdict is `unfinished`, pass `next` as `cursor`. The chain starts at the first ' +
    'event, or after the checkpoint that covers events past their retention.',
  access: 'audit:read',
  request: {
    query: z.strictObject({
      cursor: z.string().max(1024).optional().meta({ description: '`next` of the previous response' }),
    }),
  },
  response: z
    .object({
      verdict: z.enum(['intact', 'broken', 'unfinished']).meta({
        description: '`intact`: no break up to the end; `broken`: see `brokenAt`; `unfinished`: continue with `next`',
      }),
      checked: z.int().meta({ description: 'Number of events checked by this request' }),
      from: z.int().meta({ description: 'Sequence after which this request started' }),
      through: z.int().meta({ description: 'Sequence up to which the chain is intact' }),
      next: z
        .string()
        .nullable()
        .meta({ description: 'Pass it as `cursor` to continue; null unless the verdict is `unfinished`' }),
      brokenAt: ChainBreak.nullable().meta({ description: 'First break; null unless the verdict is `broken`' }),
    })
    .meta({ id: 'AuditVerdict' }),
});

export const listAuditCheckpoints = operation({
  id: 'listAuditCheckpoints',
  method: 'GET',
  path: '/v1/audit-events/checkpoints',
  summary: 'List signed checkpoints of the audit chain, oldest first',
  description:
    'After each UTC month, the platform signs how far the chain reaches and its hash there. Keep a copy elsewhere to ' +
    'prove later that no event up to that point was changed.',
  access: 'audit:read',
  response: z.object({
    items: z.array(SignedCheckpoint),
    publicKey: z
      .object({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string().meta({ description: 'Public key, base64url' }),
        kid: z.string().meta({ description: 'Id of the key: `keyId` of what it verifies' }),
      })
      .meta({ description: 'Public key of the signatures, as a JSON Web Key (RFC 8037)' }),
  }),
});

export const operations = [listAuditEvents, verifyAuditEvents, listAuditCheckpoints] as const;
