import { isDeepStrictEqual } from 'node:util';
import * as events from '#events/analytics.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Retention } from '../domain/retention.ts';

/** Returns the events for a write of the retention. */
export const retentionEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofRetention(before && entityOf(Retention, before), entityOf(Retention, after));

const ofRetention = (before: Retention | undefined, retention: Retention): DomainEvent[] => {
  const daysOf = ({ metricsDays, reportsDays }: Retention) => ({ metricsDays, reportsDays });
  const previous = before ? daysOf(before) : null;
  if (isDeepStrictEqual(previous, daysOf(retention))) return [];
  return [tell(events.RetentionChanged, retention, retention.workspaceId, { ...daysOf(retention), previous })];
};
