import { createHash } from 'node:crypto';
import * as z from 'zod';
import { WorkspaceId } from '../../../shared/ids.ts';
import { personal } from '../../../shared/personal-data.ts';
import { StoredName } from './display-name.ts';

/** A sign-up waits this long for its confirmation, in seconds. */
export const pendingSeconds = 7 * 24 * 60 * 60;

const whileItWaits = { why: 'to make the person once the address is confirmed', keptFor: 'seven days, or until then' };

/**
 * Who signed up last with an address, and waits for its confirmation. The identity provider knows nothing of it yet. The
 * password is sealed with the token that the sign-up's reply gave out: nobody else can confirm it, and nothing that the
 * platform keeps opens it.
 */
export const SignUp = z.object({
  tokenDigest: z.string(),
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

export const tokenDigestOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
