import * as z from 'zod';
import type { Key, Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';

/** As long as the identity provider's tokens of an enrolment are valid (infra/stacks/identity.ts). */
const enrolmentSeconds = 10 * 60;

const Enrolment = z.object({
  /** The enrolment session at the identity provider, sealed. */
  sealed: z.string(),
  /** The person's `signInRound` when it began; once all their sign-ins end, the enrolment is void. */
  signInRound: z.int(),
});
type Enrolment = z.infer<typeof Enrolment>;

/** The authenticator that a person is enrolling, after proving their password; only the latest one. */
export interface EnrolmentStore {
  begin(subject: string, enrolment: Enrolment): Promise<void>;
  /** Undefined if there is none, or it expired. */
  find(subject: string): Promise<Enrolment | undefined>;
  end(subject: string): Promise<void>;
}

/** In the person's partition, so that it is erased with them. */
const enrolmentKey = (subject: string): Key => ({ pk: `PERSON#${subject}`, sk: 'TOTP_ENROLMENT' });

export const enrolmentStore = (table: Table): EnrolmentStore => ({
  async begin(subject, enrolment) {
    await table.put({ ...enrolment, ...enrolmentKey(subject), ttl: timeToLive(table.now(), enrolmentSeconds) });
  },
  async find(subject) {
    const item = await table.get(enrolmentKey(subject));
    return item && Enrolment.parse(item);
  },
  end: (subject) => table.delete(enrolmentKey(subject)),
});
