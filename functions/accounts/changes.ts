import { isDeepStrictEqual } from 'node:util';
import * as events from '#events/accounts.ts';
import { systemAuthor } from '#shared/actor.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, type EventDefinition, tell } from '#shared/events/event.ts';
import { PostId } from '#shared/ids.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { Account } from './domain/account.ts';
import { Activity } from './domain/activity.ts';
import { type Usage, warningBetween } from './domain/usage.ts';
import { usageOf } from './store/usage.ts';

/**
 * Events for the other contexts when this context's table is written. Tokens, publications and the rest publish
 * nothing.
 */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  if (after?.type === 'usage') return usageEvents(before && usageOf(before), usageOf(after));
  if (after?.type === 'activity') return before ? [] : [activityEvent(entityOf(Activity, after))];
  if (after?.type !== 'account') return [];
  return accountEvents(before && entityOf(Account, before), entityOf(Account, after));
};

/** A month's usage as an entity: only the context itself writes it. */
const monthAsEntity = ({ workspaceId, month, version, updatedAt }: Usage) => ({
  ...systemAuthor('accounts', { correlationId: `usage-${month}` }),
  changedBy: systemAuthor('accounts', { correlationId: '' }).actor,
  workspaceId,
  version,
  createdAt: updatedAt,
  updatedAt,
});

const usageEvents = (before: Usage | undefined, usage: Usage): DomainEvent[] => {
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

const accountEvents = (before: Account | undefined, account: Account): DomainEvent[] => {
  const told: DomainEvent[] = [];
  const { xUserId, username, capabilities } = account;
  if (account.connectionCount !== before?.connectionCount) {
    told.push(tell(events.AccountConnected, account, account.id, { xUserId, username, capabilities }));
  }
  if (before?.status === 'connected' && account.status === 'disconnected') {
    const reason = account.disconnectReason ?? 'requested';
    told.push(tell(events.AccountDisconnected, account, account.id, { reason }));
  }
  // A connection that begins or ends already covers `disconnected`.
  const isToldAbove = account.health === 'disconnected' || before?.health === 'disconnected';
  if (before && account.health !== before.health && !isToldAbove) {
    const reason = account.health === 'healthy' ? 'X accepts the account again.' : inWordsOf(account);
    told.push(tell(events.AccountHealthChanged, account, account.id, { health: account.health, reason }));
  }
  const hasSameCapabilities = before && isDeepStrictEqual(capabilities, before.capabilities);
  if (before && !hasSameCapabilities && account.connectionCount === before.connectionCount) {
    told.push(tell(events.AccountCapabilitiesChanged, account, account.id, { capabilities }));
  }
  const { audience } = account;
  if (audience && !isDeepStrictEqual(audience, before?.audience ?? null)) {
    const { day: _, ...metrics } = audience;
    told.push(tell(events.AccountMetricsUpdated, account, account.id, { measuredAt: account.updatedAt, metrics }));
  }
  return told;
};

const inWordsOf = ({ healthReason, healthAdvice }: Account): string => `${healthReason ?? ''} ${healthAdvice ?? ''}`;

const byOthers = {
  mention: events.MentionReceived,
  reply: events.ReplyReceived,
  quote: events.QuoteReceived,
  repost: events.RepostReceived,
} as const;

const activityEvent = (activity: Activity): DomainEvent => {
  const { kind, accountId, xPostId, xAuthorId, conversationId, postId } = activity;
  if (kind !== 'post_deleted')
    return tell(byOthers[kind], activity, xPostId, { accountId, xAuthorId, conversationId, postId });
  // Recorded of published posts alone.
  return tell(events.PostTakenDown, activity, xPostId, { accountId, postId: PostId.parse(postId) });
};
