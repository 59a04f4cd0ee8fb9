import * as events from '../../events/users.ts';
import { entityOf } from '../../shared/dynamo.ts';
import { tell, type DomainEvent } from '../../shared/events/event.ts';
import type { Change } from '../../shared/lambda/stream.ts';
import { Mail } from './domain/mail.ts';
import { Person } from './domain/person.ts';
import { Workspace } from './domain/workspace.ts';

/** What a write of this context's table means to the others. Nothing personal is told but the person's id. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  if (after?.type === 'workspace') {
    return workspaceEvents(before && entityOf(Workspace, before), entityOf(Workspace, after));
  }
  if (after?.type === 'mail') return before ? [] : [mailRequested(entityOf(Mail, after))];
  if (after?.type !== 'person') return [];
  return personEvents(before && entityOf(Person, before), entityOf(Person, after));
};

const mailRequested = (mail: Mail): DomainEvent => tell(events.MailRequested, mail, mail.id, { kind: mail.kind });

const workspaceEvents = (before: Workspace | undefined, workspace: Workspace): DomainEvent[] => {
  const { settings, workspaceId } = workspace;
  if (!before || JSON.stringify(before.settings) === JSON.stringify(settings)) return [];
  return [tell(events.WorkspaceSettingsChanged, workspace, workspaceId, settings)];
};

const personEvents = (before: Person | undefined, person: Person): DomainEvent[] => {
  if (!before) return [tell(events.UserRegistered, person, person.id, { role: 'owner' })];
  return [
    ...(person.lastSignInAt !== before.lastSignInAt ? [tell(events.UserLogin, person, person.id, {})] : []),
    ...(person.lastSignOutAt !== before.lastSignOutAt ? [tell(events.UserLogout, person, person.id, {})] : []),
  ];
};
