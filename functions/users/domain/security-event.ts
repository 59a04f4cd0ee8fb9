import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { PersonId, SecurityEventId } from '#shared/ids.ts';
import { mayDo, Role } from '#shared/permissions.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { Instant } from '#shared/time.ts';
import type { AuditEvent } from './audit-event.ts';

const SecurityKind = z.enum([
  'refresh_token_reused',
  'mfa_disabled',
  'privileges_escalated',
  'repeated_denials',
  'new_network',
  'audit_chain_broken',
  'account_connected_elsewhere',
  'secret_known_to_former_member',
]);

const Severity = z.enum(['medium', 'high']);

/** Activity that owners and admins should review. It identifies people only by id. */
export const SecurityEvent = z.object({
  id: SecurityEventId,
  ...entityFields,
  kind: SecurityKind,
  severity: Severity,
  /** The person or service account concerned. */
  personId: PersonId.nullable(),
  at: Instant,
  network: personal(z.string().nullable(), {
    why: 'to see where an attack came from',
    keptFor: keptFor.workspace,
  }),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  isMailed: z.boolean().meta({
    description:
      'Whether owners and admins were emailed about it; among many of one kind, a later email gives their number',
  }),
  /** Whether it was processed, so that it is not emailed again. */
  isTold: z.boolean().default(false),
});
export type SecurityEvent = z.infer<typeof SecurityEvent>;

/** A security finding in an event. */
export interface Finding extends Pick<SecurityEvent, 'kind' | 'severity' | 'details'> {
  personId: string | null;
}

const Powerful = z.object({ role: z.enum(['owner', 'admin']) });

const escalated = ({ entityId, eventType, data }: AuditEvent): Finding | undefined => {
  const role = Powerful.safeParse(data).data?.role;
  if (role === undefined) return undefined;
  return { kind: 'privileges_escalated', severity: 'high', personId: entityId, details: { role, by: eventType } };
};

/** Findings of single events, by event type. */
const meanings: Readonly<Record<string, (event: AuditEvent) => Finding | undefined>> = {
  'session.ended': ({ actor, data }) =>
    data.reason === 'reuse'
      ? { kind: 'refresh_token_reused', severity: 'high', personId: actor.id, details: {} }
      : undefined,
  'user.mfa_changed': ({ entityId, data }) =>
    data.hasMfa === false ? { kind: 'mfa_disabled', severity: 'medium', personId: entityId, details: {} } : undefined,
  'member.added': escalated,
  'member.role_changed': escalated,
  'ownership.transferred': ({ entityId, eventType }) => ({
    kind: 'privileges_escalated',
    severity: 'high',
    personId: entityId,
    details: { role: 'owner', by: eventType },
  }),
  // A member who disconnects an account knows about it, so only losing it to another workspace is reported.
  'account.disconnected': ({ entityId, data }) =>
    data.reason === 'connected_elsewhere'
      ? { kind: 'account_connected_elsewhere', severity: 'high', personId: null, details: { accountId: entityId } }
      : undefined,
  'service_account.created': escalated,
  'service_account.changed': escalated,
};

/** Returns the finding of a single event; undefined for most events. */
export const findingOf = (event: AuditEvent): Finding | undefined =>
  Object.hasOwn(meanings, event.eventType) ? meanings[event.eventType]?.(event) : undefined;

const Demoted = z.object({ role: Role });

/** Returns the person who can no longer manage service accounts after the event; undefined: nobody. */
export const losesMachines = ({ eventType, entityId, data }: AuditEvent): string | undefined => {
  switch (eventType) {
    case 'member.removed':
    case 'member.disabled':
      return entityId;
    case 'member.role_changed': {
      const role = Demoted.safeParse(data).data?.role;
      return role !== undefined && !mayDo(role, 'service-accounts:manage') ? entityId : undefined;
    }
    default:
      return undefined;
  }
};

/** Denied requests of one actor within a five-minute window that are reported. */
export const manyDenials = 20;

/** Returns the start of the five-minute window of an instant. */
export const windowOf = (instant: string): string =>
  new Date(Math.floor(Date.parse(instant) / 300_000) * 300_000).toISOString();

const Attempts = z.object({ attempts: z.int().min(1) });

/** How many denied requests an event represents; 0 for other events. */
export const denialsIn = ({ eventType, data }: AuditEvent): number =>
  eventType === 'attempt.refused' ? (Attempts.safeParse(data).data?.attempts ?? 1) : 0;

/** Whether to compare the event's network with those that its actor used before. */
export const isFromSomewhere = ({ actor, eventType, network }: AuditEvent): boolean =>
  network !== null && (eventType === 'user.login' || actor.type === 'service_account');
