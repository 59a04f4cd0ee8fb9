import * as z from 'zod';
import type { Key, Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';

/** As long as the identity provider's tokens of an enrolment live (infra/stacks/identity.ts): to set an authenticator up. */
const enrolmentSeconds = 10 * 60;

const Enrolment = z.object({
  /** Continues the enrolment at the identity provider. */
  sealed: z.string(),
  /** How often all sign-ins of the person had ended before it began: with the next end it ends, too. */
  signInRound: z.int(),
});
type Enrolment = z.infer<typeof Enrolment>;

/** The authenticator being enrolled by a person who has just proved their password: only the latest one. */
export interface EnrolmentStore {
  begin(subject: string, enrolment: Enrolment): Promise<void>;
  /** Undefined when none was begun, or too long ago. */
  find(subject: string): Promise<Enrolment | undefined>;
  end(subject: string): Promise<void>;
}

/** Beside the person, and erased with them. */
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
