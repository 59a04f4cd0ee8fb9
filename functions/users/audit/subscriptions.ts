import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import { auditEventOf } from '../domain/audit-event.ts';
import { audited } from '../domain/audited-events.ts';
import { watch } from '../security/detect.ts';

/** Appends each event to the audit trail of its workspace, then passes it to security detection. */
export const auditSubscriptions = (deps: Deps): Subscription[] =>
  audited.map((definition) =>
    on(definition, async (event, { isReplay }) => {
      const entry = auditEventOf(definition, event);
      const isFirst = await deps.audit.append(event.workspaceId, entry);
      if (!isReplay) await watch(deps, event.workspaceId, entry, isFirst);
    }),
  );
