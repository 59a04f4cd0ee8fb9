import { UsageTallied } from '#events/accounts.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';

/** Stores what X has cost, which the preview of a price includes. */
export const composingSubscriptions = ({ spending }: Pick<Deps, 'spending'>): Subscription[] => [
  on(UsageTallied, async ({ workspaceId, entityVersion, occurredAt, data: { month, spentMicros } }) =>
    spending.learn(workspaceId, entityVersion, { month, spentMicros, asOf: occurredAt }),
  ),
];
