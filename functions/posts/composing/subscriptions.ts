import { UsageTallied } from '#events/accounts.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';

/** What X has cost is known here, as the price of a text is told beside it. */
export const composingSubscriptions = ({ spending }: Pick<Deps, 'spending'>): Subscription[] => [
  on(UsageTallied, async ({ workspaceId, entityVersion, occurredAt, data: { month, spentMicros } }) =>
    spending.learn(workspaceId, entityVersion, { month, spentMicros, asOf: occurredAt }),
  ),
];
