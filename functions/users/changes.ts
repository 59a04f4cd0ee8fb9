import * as events from '#events/users.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { AuditExport } from './domain/audit-export.ts';
import { ComplianceReport } from './domain/compliance-report.ts';
import { ErasedPerson } from './domain/erasure.ts';
import { Mail } from './domain/mail.ts';
import { Person } from './domain/person.ts';
import { PersonExport } from './domain/person-export.ts';
import { SecurityEvent } from './domain/security-event.ts';
import { Session } from './domain/session.ts';
import { Workspace } from './domain/workspace.ts';
import { deletionEvents, teamEvents } from './team/events.ts';

/** Events for the other contexts when this context's table is written. The only personal data is the person's id. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  if (after?.type === 'workspace') {
    return workspaceEvents(before && entityOf(Workspace, before), entityOf(Workspace, after));
  }
  if (after?.type === 'mail') return before ? [] : mailEvents(entityOf(Mail, after));
  if (after?.type === 'session') {
    return sessionEvents(before && entityOf(Session, before), entityOf(Session, after));
  }
  if (after?.type === 'audit_export') {
    return exportEvents(before && entityOf(AuditExport, before), entityOf(AuditExport, after));
  }
  if (after?.type === 'compliance_report') {
    return complianceEvents(before && entityOf(ComplianceReport, before), entityOf(ComplianceReport, after));
  }
  if (after?.type === 'person_export') {
    return personExportEvents(before && entityOf(PersonExport, before), entityOf(PersonExport, after));
  }
  if (after?.type === 'security_event') return before ? [] : [alert(entityOf(SecurityEvent, after))];
  if (after?.type === 'erased_person')
    return before?.type === 'person' ? erasureEvents(entityOf(ErasedPerson, after)) : [];
  if (after?.type !== 'person') return teamEvents({ before, after });
  return personEvents(before && entityOf(Person, before), entityOf(Person, after));
};

/** A mail that is suppressed from the beginning asks for nothing. */
const mailEvents = (mail: Mail): DomainEvent[] =>
  mail.status === 'waiting'
    ? [
        // First, so that the link is likely to work when the email arrives.
        ...(mail.opens ? [tell(events.ReportLinkMailed, mail, mail.id, mail.opens)] : []),
        tell(events.MailRequested, mail, mail.id, { kind: mail.kind }),
      ]
    : [];

const exportEvents = (before: AuditExport | undefined, wanted: AuditExport): DomainEvent[] => {
  const { id, from, to, format, events: count, requestedBy } = wanted;
  if (!before) return [tell(events.AuditExportRequested, wanted, id, { from, to, format })];
  const isReady = wanted.status === 'ready' && before.status !== 'ready';
  return isReady ? [tell(events.AuditExportReady, wanted, id, { events: count, requestedBy })] : [];
};

const personExportEvents = (before: PersonExport | undefined, wanted: PersonExport): DomainEvent[] => {
  const { id, personId, status } = wanted;
  // Another export takes the place of the one before.
  if (before?.id !== id) return [tell(events.PersonExportRequested, wanted, id, { personId })];
  return status === 'ready' && before.status !== 'ready'
    ? [tell(events.PersonExportReady, wanted, id, { personId })]
    : [];
};

const alert = (event: SecurityEvent): DomainEvent => {
  const { id, kind, severity, personId, network } = event;
  return tell(events.SecurityAlert, event, id, { kind, severity, personId, network });
};

const workspaceEvents = (before: Workspace | undefined, workspace: Workspace): DomainEvent[] => {
  const { settings, workspaceId } = workspace;
  if (!before) return [];
  return [
    ...deletionEvents(before, workspace),
    ...(JSON.stringify(before.settings) === JSON.stringify(settings)
      ? []
      : [tell(events.WorkspaceSettingsChanged, workspace, workspaceId, { ...settings, previous: before.settings })]),
  ];
};

const sessionEvents = (before: Session | undefined, session: Session): DomainEvent[] =>
  session.endedFor === null || before?.endedFor === session.endedFor
    ? []
    : [tell(events.SessionEnded, session, session.id, { reason: session.endedFor, signInId: session.signInId })];

/** Published in each workspace that knew the person; the others hear nothing. */
const erasureEvents = (person: ErasedPerson): DomainEvent[] =>
  person.workspaceIds.map((workspaceId) => tell(events.PersonErased, { ...person, workspaceId }, person.id, {}));

const personEvents = (before: Person | undefined, person: Person): DomainEvent[] => {
  if (!before) return [tell(events.UserRegistered, person, person.id, { role: person.firstRole })];
  return [
    ...(person.lastSignInAt !== before.lastSignInAt ? [tell(events.UserLogin, person, person.id, {})] : []),
    ...(person.lastSignOutAt !== before.lastSignOutAt ? [tell(events.UserLogout, person, person.id, {})] : []),
    ...signInEvents(before, person),
    ...(person.passwordChangedAt !== before.passwordChangedAt
      ? [tell(events.UserPasswordChanged, person, person.id, {})]
      : []),
    ...(person.erasure && !before.erasure ? [tell(events.PersonErasureRequested, person, person.id, {})] : []),
    ...(before.erasure && !person.erasure ? [tell(events.PersonErasureCalledOff, person, person.id, {})] : []),
    ...(person.email !== before.email ? [tell(events.UserEmailChanged, person, person.id, {})] : []),
    ...(person.hasMfa !== before.hasMfa
      ? [tell(events.UserMfaChanged, person, person.id, { hasMfa: person.hasMfa })]
      : []),
  ];
};

/** Each round is published on its own: contexts use it to reject access tokens of earlier rounds. */
const signInEvents = (before: Person, person: Person): DomainEvent[] => {
  const { signInRound: round, keptSignIn: kept, signInsEndedFor: reason } = person;
  if (round === before.signInRound || reason === null) return [];
  return [tell(events.UserSignInsEnded, person, person.id, { reason, round, kept })];
};

/** Events for other contexts when a report is written. */
const complianceEvents = (before: ComplianceReport | undefined, report: ComplianceReport): DomainEvent[] => {
  const { id, from, to, status, summary } = report;
  if (!before) return [tell(events.ComplianceReportRequested, report, id, { from, to })];
  if (status !== 'ready' || before.status === 'ready' || !summary) return [];
  return [tell(events.ComplianceReportReady, report, id, { verdict: summary.chain.verdict })];
};
