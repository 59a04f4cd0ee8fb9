import { createHash } from 'node:crypto';
import * as z from 'zod';
import { entityFields } from '../../../shared/entity.ts';

/** A workspace's secret link to its calendar: of its token only the hash is kept. */
export const CalendarFeed = z.object({
  ...entityFields,
  /** SHA-256 (hex) of the token; null once it was revoked. */
  tokenHash: z.string().nullable(),
});
export type CalendarFeed = z.infer<typeof CalendarFeed>;

/** Random bytes of a token: it is guessed by nobody. */
export const secretBytes = 32;

/** A feed's token: the workspace, by which its feed is found, and the secret. */
export const tokenOf = (workspaceId: string, secret: Buffer): string =>
  `${workspaceId}.${secret.toString('base64url')}`;

/** The workspace that a token names; undefined when it is no token. */
export const workspaceOf = (token: string): string | undefined =>
  /^(wsp_[0-9A-HJKMNP-TV-Z]{26})\.[A-Za-z0-9_-]{43}$/.exec(token)?.[1];

/** The hash that is kept of a token; with 256 random bits it needs neither salt nor stretching. */
export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex');
