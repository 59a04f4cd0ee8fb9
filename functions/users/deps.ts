import type { Clock } from '../../shared/time.ts';
import type { IdentityProvider } from './identity-provider.ts';
import type { AuditStore, PeopleStore } from './store.ts';

/** What this context needs from the world. */
export interface Deps {
  /** Who checks passwords and codes and makes tokens. A promise, since its SDK is loaded when it is first needed. */
  identities: () => Promise<IdentityProvider>;
  people: PeopleStore;
  audit: AuditStore;
  now: Clock;
}
