import type { Subscription } from '#shared/events/subscription.ts';
import { accountWaitSubscriptions } from './account-waits/subscriptions.ts';
import { calendarSubscriptions } from './calendar/subscriptions.ts';
import { composingSubscriptions } from './composing/subscriptions.ts';
import type { Deps } from './deps.ts';
import { mediaSubscriptions } from './media/subscriptions.ts';
import { onXSubscriptions } from './on-x/subscriptions.ts';
import { projectionSubscriptions } from './projections/subscriptions.ts';
import { publishingSubscriptions } from './publishing/subscriptions.ts';
import { schedulingSubscriptions } from './scheduling/subscriptions.ts';
import { shortLinkSubscriptions } from './short-links/subscriptions.ts';
import { stopSubscriptions } from './stops/subscriptions.ts';
import { versionSubscriptions } from './versions/subscriptions.ts';

/** The subscriptions of this context. Where several receive the same event, they run in this order. */
export const subscriptions = (deps: Deps): Subscription[] => [
  ...projectionSubscriptions(deps),
  ...publishingSubscriptions(deps),
  ...accountWaitSubscriptions(deps),
  ...onXSubscriptions(deps),
  ...calendarSubscriptions(deps),
  ...schedulingSubscriptions(deps),
  ...versionSubscriptions(deps),
  ...shortLinkSubscriptions(deps),
  ...mediaSubscriptions(deps),
  ...stopSubscriptions(deps),
  ...composingSubscriptions(deps),
];
