import * as events from '#events/posts.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { AccountWait } from '../domain/account-wait.ts';

/** The events of a write to an account wait. */
export const waitEvents = (after: Item): DomainEvent[] => [waitEvent(entityOf(AccountWait, after))];

/** Each write records a new loss of the account's connection. */
const waitEvent = (wait: AccountWait): DomainEvent => {
  const { id, lostAt, waiting, firstDueAt } = wait;
  return tell(events.AccountPostsWaiting, wait, id, { lostAt, waiting, firstDueAt });
};
