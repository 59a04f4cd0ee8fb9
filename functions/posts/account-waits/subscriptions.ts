import { AccountHealthChanged } from '#events/accounts.ts';
import { systemAuthor } from '#shared/actor.ts';
import { reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import { noteLoss } from './note-loss.ts';

/** Counts what waits for an account when its connection is lost. */
export const accountWaitSubscriptions = (deps: Deps): Subscription[] => [
  reactTo(
    AccountHealthChanged,
    async ({ workspaceId, entityId, entityVersion, occurredAt, correlationId, chain, data }) => {
      if (data.health !== 'reconnect_needed') return;
      const loss = { workspaceId, accountId: entityId, lossVersion: entityVersion, lostAt: occurredAt };
      await noteLoss(deps, loss, systemAuthor('accounts', { correlationId, chain }));
    },
  ),
];
