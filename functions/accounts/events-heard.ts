import { WorkspaceSettingsChanged } from '#events/users.ts';
import { standingEvents } from '#events/standing.ts';

/** Events of others that this context follows. */
export const listensTo = [WorkspaceSettingsChanged, ...standingEvents] as const;
