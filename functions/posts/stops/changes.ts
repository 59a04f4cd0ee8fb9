import * as events from '#events/posts.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { stopOf, Stops } from '../domain/stops.ts';

/** The events of a write to the stops. */
export const stopEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofStops(before && entityOf(Stops, before), entityOf(Stops, after));

/** Each write of the stops begins or ends one. */
const ofStops = (before: Stops | undefined, stops: Stops): DomainEvent[] => {
  const begun = [null, ...stops.accounts.map(({ accountId }) => accountId)].filter(
    (stopped) => stopOf(stops, stopped) && !(before && stopOf(before, stopped)),
  );
  const told = begun.map((accountId) =>
    tell(events.PublishingStopped, stops, accountId ?? stops.workspaceId, { accountId }),
  );
  const { resumption } = stops;
  const isResumed =
    resumption && before && stopOf(before, resumption.accountId) && !stopOf(stops, resumption.accountId);
  if (!isResumed) return told;
  return [...told, tell(events.PublishingResumed, stops, resumption.accountId ?? stops.workspaceId, resumption)];
};
