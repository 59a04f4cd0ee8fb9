import * as events from '#events/analytics.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Alert } from '../domain/alert.ts';

/** What a write of an alert means to others. */
export const alertEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofAlert(before && entityOf(Alert, before), entityOf(Alert, after));

/** One that was raised again; that its cause ended is not told. */
const ofAlert = (before: Alert | undefined, alert: Alert): DomainEvent[] => {
  const { key, personId, kind, accountId, campaignId, campaignName, statement, raisedAt } = alert;
  return before?.raisedAt === raisedAt
    ? []
    : [tell(events.AlertRaised, alert, key, { personId, kind, accountId, campaignId, campaignName, statement })];
};
