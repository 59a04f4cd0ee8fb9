import * as events from '#events/accounts.ts';
import { systemAuthor } from '#shared/actor.ts';
import { type DomainEvent, type EventDefinition, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { type Usage, warningBetween } from '../domain/usage.ts';
import { usageOf } from '../store/usage.ts';

/** Returns the events for a write of a month's usage. */
export const usageEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofMonth(before && usageOf(before), usageOf(after));

/** Returns a month's usage as an entity, with the context as its author. */
const monthAsEntity = ({ workspaceId, month, version, updatedAt }: Usage) => ({
  ...systemAuthor('accounts', { correlationId: `usage-${month}` }),
  changedBy: systemAuthor('accounts', { correlationId: '' }).actor,
  workspaceId,
  version,
  createdAt: updatedAt,
  updatedAt,
});

const ofMonth = (before: Usage | undefined, usage: Usage): DomainEvent[] => {
  const { month, spentMicros, budgetMicros, exhaustedAt, talliedMicros } = usage;
  const told: DomainEvent[] = [];
  const say = (definition: EventDefinition, data: object) =>
    void told.push(tell(definition, monthAsEntity(usage), month, { month, spentMicros, budgetMicros, ...data }));
  if (talliedMicros !== (before?.talliedMicros ?? 0)) say(events.UsageTallied, {});
  const percent = warningBetween(before?.spentMicros ?? 0, usage);
  if (percent !== undefined) say(events.BudgetWarning, { percent });
  const wasExhausted = (before?.exhaustedAt ?? null) !== null;
  if (exhaustedAt !== null && !wasExhausted) say(events.BudgetExhausted, {});
  if (exhaustedAt === null && wasExhausted) say(events.BudgetReplenished, {});
  return told;
};
