import * as accountEvents from '../../../events/accounts.ts';
import * as analyticsEvents from '../../../events/analytics.ts';
import * as campaignEvents from '../../../events/campaigns.ts';
import * as postEvents from '../../../events/posts.ts';
import * as userEvents from '../../../events/users.ts';
import type { EventDefinition } from '../../../shared/events/event.ts';

const isEventDefinition = (exported: object): exported is EventDefinition =>
  'source' in exported && 'detail' in exported;

/** Every event of the platform: whatever happens is kept in the audit trail. */
export const listensTo: readonly EventDefinition[] = [
  userEvents,
  accountEvents,
  postEvents,
  campaignEvents,
  analyticsEvents,
]
  .flatMap((module) => Object.values(module).filter(isEventDefinition))
  .sort((one, other) => one.type.localeCompare(other.type, 'en'));
