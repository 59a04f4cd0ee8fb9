import type { Caller } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import type { Person } from '../domain/person.ts';
import { signedInBearer, triedByBearer } from '../lock-out/lock-out.ts';

/** Requires the password before a sensitive change. @throws DomainError `invalid_credentials`, `too_many_tries` */
export const provePassword = (deps: Deps, caller: Caller, { email }: Person, password: string) =>
  triedByBearer(deps, { kind: 'password', bearer: signedInBearer(caller) }, async () =>
    deps.identities.checkPassword(email, password),
  );
