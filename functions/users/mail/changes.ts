import * as events from '#events/users.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Mail } from '../domain/mail.ts';

/** Events of a write to an email: a new one requests sending. */
export const mailEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  before ? [] : ofNew(entityOf(Mail, after));

/** Nothing is requested for an email that is suppressed from the start. */
const ofNew = (mail: Mail): DomainEvent[] =>
  mail.status === 'waiting'
    ? [
        // Published first, so that the link is likely to work when the email arrives.
        ...(mail.opens ? [tell(events.ReportLinkMailed, mail, mail.id, mail.opens)] : []),
        tell(events.MailRequested, mail, mail.id, { kind: mail.kind }),
      ]
    : [];
