import type { Author } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import type { Cause } from '../domain/alert.ts';
import { raise } from './raise.ts';

/** The setting by which people ask for alerts of a kind. */
const settingOf = { anomaly: 'anomalies', goal: 'goals' } as const;

/** Raises an alert for each person of the workspace who wants to be told of causes of that kind. */
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
