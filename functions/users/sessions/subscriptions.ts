import { UserSignInsEnded } from '#events/users.ts';
import { reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import { tidySignIns } from './session.ts';

/** Cleans up the sessions of people whose sign-ins ended. */
export const sessionSubscriptions = (deps: Deps): Subscription[] => [
  reactTo(UserSignInsEnded, async (event) => tidySignIns(deps, event)),
];
