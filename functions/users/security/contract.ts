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

const { shape } = SecurityEvent;

const SecurityEventView = SecurityEvent.omit({
  changedBy: true,
  correlationId: true,
  chain: true,
  createdAt: true,
  updatedAt: true,
  version: true,
  isTold: true,
})
  .extend({
    kind: shape.kind.meta({
      description:
        '`refresh_token_reused`: a refresh token was used twice; `mfa_disabled`: a second factor was removed; ' +
        '`privileges_escalated`: someone became owner or admin, or a service account with the admin role was ' +
        'created or changed; `repeated_denials`: many denied requests within five minutes; `new_network`: a ' +
        'sign-in, or a denied request of a service account, from a network that the person or service account has ' +
        'not used in the last 180 days; `audit_chain_broken`: the audit trail failed verification; ' +
        '`account_connected_elsewhere`: another workspace connected the X account; `secret_known_to_former_member`: ' +
        'someone who can no longer manage service accounts knows a valid secret',
    }),
    severity: shape.severity.meta({ description: 'How serious the finding is' }),
    personId: shape.personId.meta({ description: 'Person or service account concerned; null if none' }),
    at: shape.at.meta({ description: 'When it happened (UTC)' }),
    network: shape.network.meta({ description: 'Network it came from, in CIDR notation; null if unknown' }),
    details: shape.details.meta({
      description:
        'Fields by kind. `privileges_escalated`: `role`, `by` (event type); `repeated_denials`: `denials` (number); ' +
        '`new_network`: `actor` (type); `audit_chain_broken`: `sequence`, `why`; `account_connected_elsewhere`: ' +
        '`accountId`; `secret_known_to_former_member`: `serviceAccounts` (ids)',
    }),
    isMailed: shape.isMailed.meta({
      description:
        'Whether an email about it was sent to an owner or admin. Not every event gets one if many of one kind ' +
        'occur; a later email then gives the number',
    }),
  })
  .meta({ id: 'SecurityEvent' });

export const listSecurityEvents = operation({
  id: 'listSecurityEvents',
  method: 'GET',
  path: '/v1/security-events',
  summary: 'List security events, newest first',
  access: 'security:read',
  request: { query: pageQuery({}) },
  response: pageOf(SecurityEventView),
});

export const listFailedSignIns = operation({
  id: 'listFailedSignIns',
  method: 'GET',
  path: '/v1/failed-sign-ins',
  summary: 'List failed sign-ins by hour and network, newest first',
  description:
    'Covers the last 90 days, and the people whose current workspace this was at the time. Attempts refused ' +
    'without being checked, because the attempt limit was reached, are not counted.',
  access: 'security:read',
  request: { query: pageQuery({}) },
  response: pageOf(FailedSignIns.omit({ addressDigest: true }).meta({ id: 'FailedSignIns' })),
});

export const operations = [listSecurityEvents, listFailedSignIns] as const;
