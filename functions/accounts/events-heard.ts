import { standingEvents } from '#events/standing.ts';
import { WorkspaceSettingsChanged } from '#events/users.ts';

/** Events of other contexts that this context receives. */
export const listensTo = [WorkspaceSettingsChanged, ...standingEvents] as const;
