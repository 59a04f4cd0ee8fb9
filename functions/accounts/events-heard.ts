import { standingEvents } from '#events/standing.ts';
import { WorkspaceSettingsChanged } from '#events/users.ts';

/** Events of others that this context follows. */
export const listensTo = [WorkspaceSettingsChanged, ...standingEvents] as const;
