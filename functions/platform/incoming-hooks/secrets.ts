import type { HookScheme } from '#events/platform.ts';
import { DomainError } from '#shared/errors.ts';
import { seal, unseal } from '#shared/sealing.ts';
import type { Hook, HookSecret } from '../domain/hook.ts';

type Owner = Pick<Hook, 'workspaceId' | 'id'>;

/** Binds the secret to its hook: copied to another hook, it cannot be opened. */
const boundTo = ({ workspaceId, id }: Owner) => [workspaceId, id, 'hook-secret'];

/** Standard Webhooks secret: a prefix, then 24 to 64 bytes in base64 (signature scheme). */
const ofStandardWebhooks = /^whsec_(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Returns a new secret of 32 random bytes, in the format of the scheme. */
export const newSecret = (scheme: HookScheme, randomBytes: (count: number) => Buffer): string =>
  scheme === 'standard_webhooks'
    ? `whsec_${randomBytes(32).toString('base64')}`
    : randomBytes(32).toString('base64url');

/** @throws DomainError `hook_secret_malformed` */
export const assertSecret = (scheme: HookScheme, secret: string): void => {
  if (scheme !== 'standard_webhooks' || ofStandardWebhooks.test(secret)) return;
  const message = 'must be whsec_ and 24 to 64 bytes in base64';
  const fields = [{ path: 'body.secret', code: 'invalid_format', message }];
  throw new DomainError('invalid', 'hook_secret_malformed', `body.secret ${message}.`, { fields });
};

export const sealedSecret = (sealingKey: Uint8Array, owner: Owner, secret: string, now: Date): HookSecret => ({
  sealed: seal(sealingKey, secret, boundTo(owner)),
  createdAt: now.toISOString(),
  until: null,
});

/** @throws Error if the secret was sealed for another hook, or with another stage's key */
export const openSecret = (sealingKey: Uint8Array, owner: Owner, { sealed }: HookSecret): string =>
  unseal(sealingKey, sealed, boundTo(owner));
