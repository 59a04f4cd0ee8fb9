import { entityOf } from '#shared/entities.ts';
import type { DomainEvent } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { auditExportEvents } from './audit/changes.ts';
import { complianceEvents } from './compliance/changes.ts';
import { credentialEvents } from './credentials/changes.ts';
import { Person } from './domain/person.ts';
import { mailEvents } from './mail/changes.ts';
import { askedErasureEvents, erasureEvents, personExportEvents } from './privacy/changes.ts';
import { securityEvents } from './security/changes.ts';
import { serviceAccountEvents } from './service-accounts/changes.ts';
import { endedSignInEvents, sessionEvents } from './sessions/changes.ts';
import { signInEvents } from './sign-in/changes.ts';
import { registrationEvents } from './sign-up/changes.ts';
import { teamEvents } from './team/changes.ts';
import { workspaceEvents } from './workspaces/changes.ts';

/** Events for the other contexts, from a write to this context's table. Their only personal data is the person's id. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  switch (after?.type) {
    case 'workspace':
      return workspaceEvents(before, after);
    case 'membership':
    case 'invitation':
      return teamEvents(before, after);
    case 'service_account':
      return serviceAccountEvents(before, after);
    case 'mail':
      return mailEvents(before, after);
    case 'session':
      return sessionEvents(before, after);
    case 'audit_export':
      return auditExportEvents(before, after);
    case 'compliance_report':
      return complianceEvents(before, after);
    case 'person_export':
      return personExportEvents(before, after);
    case 'security_event':
      return securityEvents(before, after);
    case 'erased_person':
      return erasureEvents(before, after);
    case 'person':
      return personEvents(before && entityOf(Person, before), entityOf(Person, after));
    default:
      return [];
  }
};

/** Several capabilities publish changes to a person, so the person is parsed once for all of them. */
const personEvents = (before: Person | undefined, person: Person): DomainEvent[] =>
  before
    ? [signInEvents, endedSignInEvents, credentialEvents, askedErasureEvents].flatMap((told) => told(before, person))
    : registrationEvents(person);
