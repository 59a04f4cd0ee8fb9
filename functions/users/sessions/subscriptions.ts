import { UserSignInsEnded } from '#events/users.ts';
import { reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import { tidySignIns } from './session.ts';

/** What becomes of the sessions of somebody whose sign-ins have ended. */
export const sessionSubscriptions = (deps: Deps): Subscription[] => [
  reactTo(UserSignInsEnded, async (event) => tidySignIns(deps, event)),
];
