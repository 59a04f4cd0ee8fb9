import { on, type Subscription } from '../../shared/events/subscription.ts';
import { listensTo } from './contract.ts';
import type { Deps } from './deps.ts';
import { auditEventOf } from './domain/audit-event.ts';

/** What users do when anything is told: it goes into the audit trail of its workspace. */
export const subscriptions = ({ audit }: Pick<Deps, 'audit'>): Subscription[] =>
  listensTo.map((definition) =>
    on(definition, async (event) => audit.append(event.workspaceId, auditEventOf(definition, event))),
  );
