import * as z from 'zod';
import { WorkspaceId } from '#shared/ids.ts';
import { personal } from '#shared/privacy/personal-data.ts';
import { daySeconds, Instant } from '#shared/time.ts';
import { StoredName } from './display-name.ts';

/** A sign-up waits this long for its confirmation, in seconds. */
export const pendingSeconds = 7 * daySeconds;

const whileItWaits = {
  why: 'to create the person once the address is confirmed',
  keptFor: 'until confirmed, at most seven days',
};

/** Maximum number of waiting sign-ups per address. */
const maxWaiting = 5;

/**
 * Someone who signed up with an address and waits for its confirmation. The identity provider knows nothing of it yet.
 * The password is sealed with the token from the sign-up's reply: only its bearer can confirm it, and nothing that the
 * platform keeps opens it.
 */
export const SignUp = z.object({
  tokenDigest: z.string(),
  begunAt: personal(Instant, whileItWaits),
  /** Where it came from, never the whole address: floods give way to others. */
  network: personal(z.string(), { ...whileItWaits, why: "to keep one network from voiding other people's sign-ups" }),
  /** The workspace that the confirmation makes. */
  workspaceId: WorkspaceId,
  /** Gone once it was confirmed. */
  waiting: z
    .object({ name: personal(StoredName, whileItWaits), workspaceName: StoredName, password: z.string() })
    .nullable(),
  /** Unix seconds. */
  ttl: z.int(),
});
export type SignUp = z.infer<typeof SignUp>;

/**
 * The sign-up that gives way to another, undefined while there is room: the oldest of the network that most of them
 * came from, so that one network cannot void the sign-ups of others.
 */
export const givesWay = (waiting: readonly SignUp[]): SignUp | undefined => {
  if (waiting.length < maxWaiting) return undefined;
  const from = (network: string) => waiting.filter((each) => each.network === network).length;
  const [first] = [...waiting].sort(
    (one, other) => from(other.network) - from(one.network) || Date.parse(one.begunAt) - Date.parse(other.begunAt),
  );
  return first;
};

/** What a sign-up is confirmed with, besides its code. */
export const SignUpToken = z
  .string()
  .regex(/^[\w-]{43}$/, 'must be the `signUpToken` of the sign-up')
  .meta({ description: '`signUpToken` from the response to the sign-up' });
