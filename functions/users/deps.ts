import type { Clock } from '../../shared/time.ts';
import type { IdentityProvider } from './identity-provider.ts';
import type { AuditStore } from './store/audit.ts';
import type { MailStore } from './store/mails.ts';
import type { PeopleStore } from './store/people.ts';

/** What this context needs from the world. */
export interface Deps {
  /** Who checks passwords and codes and makes tokens. A promise, since its SDK is loaded when it is first needed. */
  identities: () => Promise<IdentityProvider>;
  people: PeopleStore;
  audit: AuditStore;
  mails: MailStore;
  now: Clock;
}
