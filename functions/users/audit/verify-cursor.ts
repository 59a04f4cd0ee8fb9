import * as z from 'zod';
import { decodeCursor, encodeCursor, invalidCursor } from '#shared/page.ts';
import type { ChainPosition } from '../domain/audit-chain.ts';
import { verifyAuditEvents } from './contract.ts';

const Key = z.object({ sequence: z.coerce.number().int().min(0), hash: z.string().max(64) });

const scopeOf = (workspaceId: string) => ({ operation: verifyAuditEvents.id, workspaceId });

/** Encodes where to continue walking the chain. Unsigned: a forged cursor only misleads its forger. */
export const encodePlace = ({ sequence, hash }: ChainPosition, workspaceId: string): string =>
  encodeCursor({ sequence: String(sequence), hash }, scopeOf(workspaceId));

/** @throws DomainError `invalid_cursor` if the cursor is not of this workspace's chain. */
export const decodePlace = (cursor: string, workspaceId: string): ChainPosition => {
  const key = Key.safeParse(decodeCursor(cursor, scopeOf(workspaceId)));
  if (!key.success) throw invalidCursor();
  return key.data;
};
