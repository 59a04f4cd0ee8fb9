import { WorkspaceSettingsChanged } from '#events/users.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';

/** Posts are checked by what the workspace has decided for all its members. */
export const checkSubscriptions = ({ settings }: Pick<Deps, 'settings'>): Subscription[] => [
  on(WorkspaceSettingsChanged, async ({ workspaceId, entityVersion, data }) =>
    settings.learn(workspaceId, entityVersion, data),
  ),
];
