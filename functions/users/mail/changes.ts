import * as events from '#events/users.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Mail } from '../domain/mail.ts';

/** What a write of a mail means to others: a new one is asked to be sent. */
export const mailEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  before ? [] : ofNew(entityOf(Mail, after));

/** A mail that is suppressed from the beginning asks for nothing. */
const ofNew = (mail: Mail): DomainEvent[] =>
  mail.status === 'waiting'
    ? [
        // First, so that the link is likely to work when the email arrives.
        ...(mail.opens ? [tell(events.ReportLinkMailed, mail, mail.id, mail.opens)] : []),
        tell(events.MailRequested, mail, mail.id, { kind: mail.kind }),
      ]
    : [];
