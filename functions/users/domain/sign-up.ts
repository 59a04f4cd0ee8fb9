import * as z from 'zod';
import { WorkspaceId } from '#shared/ids.ts';
import { personal } from '#shared/privacy/personal-data.ts';
import { daySeconds, Instant } from '#shared/time.ts';
import { StoredName } from './display-name.ts';

/** How long a sign-up can be confirmed, in seconds. */
export const pendingSeconds = 7 * daySeconds;

const why = 'to create the person once the address is confirmed';
const whileItWaits = { why, keptFor: 'until confirmed, at most seven days' };
const alsoAfterwards = { why, keptFor: 'seven days' };

/** Most pending sign-ups per address. */
const maxWaiting = 5;

/**
 * A pending sign-up, unknown to the identity provider until it is confirmed. The password is sealed with the token from
 * the response to the sign-up: only its bearer can confirm, and nothing that the platform stores can open it.
 */
export const SignUp = z.object({
  tokenDigest: z.string(),
  begunAt: personal(Instant, alsoAfterwards),
  /**
   * Network of the request, never the full IP address. A network that floods an address loses its own sign-ups first.
   */
  network: personal(z.string(), { ...alsoAfterwards, why: "to keep one network from voiding other people's sign-ups" }),
  /** Id of the workspace that the confirmation creates. */
  workspaceId: WorkspaceId,
  /** Null once it was confirmed. */
  waiting: z
    .object({ name: personal(StoredName, whileItWaits), workspaceName: StoredName, password: z.string() })
    .nullable(),
  /** Unix seconds. */
  ttl: z.int(),
});
export type SignUp = z.infer<typeof SignUp>;

/**
 * Returns the sign-up to drop for a new one, undefined while there is room: the oldest of the network that most of them
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

/** Token that is required, in addition to the code, to confirm a sign-up. */
export const SignUpToken = z
  .string()
  .regex(/^[\w-]{43}$/, 'must be the `signUpToken` of the sign-up')
  .meta({ description: '`signUpToken` from the response to the sign-up' });
