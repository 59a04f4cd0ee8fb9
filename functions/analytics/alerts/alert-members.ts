import type { Author } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import type { Cause } from '../domain/alert.ts';
import { raise } from './raise.ts';

/** The setting that turns on alerts of each kind. */
const settingOf = { anomaly: 'anomalies', goal: 'goals' } as const;

/** Raises an alert for each person of the workspace who asked for alerts of this kind. */
export const alertMembers = async (
  deps: Pick<Deps, 'alerts' | 'campaigns' | 'now'>,
  workspaceId: string,
  cause: Omit<Cause, 'personId' | 'kind'> & { kind: keyof typeof settingOf },
  author: Author,
): Promise<void> => {
  for (const { personId, ...settings } of await deps.alerts.allSettings(workspaceId)) {
    if (settings[settingOf[cause.kind]]) await raise(deps, workspaceId, { ...cause, personId }, false, author);
  }
};
