import { UserLogin, UserSignInsEnded } from '#events/users.ts';
import { reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import { makeRoom, tidySignIns } from './session.ts';

/** Keeps the sessions of people within their limit, and cleans up after sign-ins that ended. */
export const sessionSubscriptions = (deps: Deps): Subscription[] => [
  reactTo(UserLogin, async (event) => makeRoom(deps, event)),
  reactTo(UserSignInsEnded, async (event) => tidySignIns(deps, event)),
];
