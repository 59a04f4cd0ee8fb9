import * as events from '#events/analytics.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Alert } from '../domain/alert.ts';

/** Returns the events for a write of an alert. */
export const alertEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofAlert(before && entityOf(Alert, before), entityOf(Alert, after));

/** An event is published each time an alert is raised, not when its cause ends. */
const ofAlert = (before: Alert | undefined, alert: Alert): DomainEvent[] => {
  const { key, personId, kind, accountId, campaignId, campaignName, statement, raisedAt } = alert;
  return before?.raisedAt === raisedAt
    ? []
    : [tell(events.AlertRaised, alert, key, { personId, kind, accountId, campaignId, campaignName, statement })];
};
