import * as z from 'zod';
import type { Key, Table } from '../../../shared/dynamo.ts';
import { timeToLive } from '../../../shared/time.ts';

/** As long as the identity provider's tokens of an enrolment live (infra/stacks/identity.ts): to set an authenticator up. */
const enrolmentSeconds = 10 * 60;

/** The authenticator that somebody enrols who has just proved their password: the latest one alone. */
export interface EnrolmentStore {
  /** `sealed`: what goes on with it at the identity provider. */
  begin(subject: string, sealed: string): Promise<void>;
  /** Undefined when none was begun, or too long ago. */
  find(subject: string): Promise<string | undefined>;
  end(subject: string): Promise<void>;
}

/** Beside the person, and erased with them. */
const enrolmentKey = (subject: string): Key => ({ pk: `PERSON#${subject}`, sk: 'TOTP_ENROLMENT' });

const Enrolment = z.object({ sealed: z.string() });

export const enrolmentStore = (table: Table): EnrolmentStore => ({
  async begin(subject, sealed) {
    await table.put({ ...enrolmentKey(subject), sealed, ttl: timeToLive(table.now(), enrolmentSeconds) });
  },
  async find(subject) {
    const item = await table.get(enrolmentKey(subject));
    return item && Enrolment.parse(item).sealed;
  },
  end: (subject) => table.delete(enrolmentKey(subject)),
});
