import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonicalOf } from '#shared/canonical.ts';
import { AuditEvent } from './audit-event.ts';

/** A position in a workspace's chain: the number of events up to it, and the hash over all of them. */
export const ChainPosition = z.object({ sequence: z.int().min(0), hash: z.string().max(64) });
export type ChainPosition = z.infer<typeof ChainPosition>;

/** The position before the first event. */
export const origin: ChainPosition = { sequence: 0, hash: '' };

/**
 * An event in the chain. `hash` is the SHA-256, in hex, of all other fields in canonical form, including
 * `previousHash`.
 */
export const AuditLink = AuditEvent.extend({
  sequence: z.int().min(1).meta({ description: 'Position in the chain of the workspace, from 1' }),
  previousHash: z.string().meta({ description: '`hash` of the previous event; empty for the first one' }),
  hash: z.string().meta({ description: 'SHA-256 of the other fields as canonical JSON (RFC 8785), in hex' }),
}).meta({ id: 'AuditLink' });
export type AuditLink = z.infer<typeof AuditLink>;

const hashOf = ({ hash: _, ...hashed }: AuditLink): string =>
  createHash('sha256').update(canonicalOf(hashed)).digest('hex');

/** Returns the link that appends an event to a position. */
export const linkAfter = (place: ChainPosition, event: AuditEvent): AuditLink => {
  const link = { ...event, sequence: place.sequence + 1, previousHash: place.hash, hash: '' };
  return { ...link, hash: hashOf(link) };
};

/** A row of the trail; `link` is undefined if the platform did not write it. */
export interface AuditRow {
  /** From the row's key; NaN if the key is malformed. */
  sequence: number;
  link: AuditLink | undefined;
}

/**
 * How a chain is broken: a row was `altered`, is `missing`, was `inserted`, is stored at another's position
 * (`misplaced`), does not continue the previous one (`not_linked`), or contradicts a signed checkpoint
 * (`not_as_signed`).
 */
export const Breach = z.enum(['altered', 'missing', 'inserted', 'misplaced', 'not_linked', 'not_as_signed']).meta({
  description:
    '`altered`: the event was changed; `missing`: events are missing; `inserted`: an event was added; `misplaced`: the ' +
    'event belongs elsewhere; `not_linked`: it does not continue the previous event; `not_as_signed`: it contradicts a checkpoint',
});
export type Breach = z.infer<typeof Breach>;

/** The first break of a chain. */
export const ChainBreak = z.object({
  sequence: z.int().meta({ description: 'Position in the chain where it breaks' }),
  eventId: z
    .string()
    .nullable()
    .meta({ description: 'Id of the event there; null if there is none or it is unreadable' }),
  why: Breach,
});

export type Followed =
  | { verdict: 'intact' | 'unfinished'; place: ChainPosition; checked: number }
  | { verdict: 'broken'; place: ChainPosition; checked: number; sequence: number; eventId: string | null; why: Breach };

interface Way {
  from: ChainPosition;
  /** Hashes of the signed checkpoints, by sequence. */
  signed: ReadonlyMap<number, string>;
  /** Called before each row; false ends the walk, which can continue from its `place`. */
  mayGoOn: () => boolean;
}

/** Walks the chain row by row, in constant memory, up to the first break. */
export const followChain = async (rows: AsyncIterable<AuditRow>, { from, signed, mayGoOn }: Way): Promise<Followed> => {
  let place = from;
  let checked = 0;
  for await (const row of rows) {
    if (!mayGoOn()) return { verdict: 'unfinished', place, checked };
    const why = breachAt(row, place, signed);
    if (why !== undefined) {
      return {
        verdict: 'broken',
        place,
        checked,
        sequence: place.sequence + 1,
        eventId: row.link?.id ?? null,
        why,
      };
    }
    place = { sequence: row.sequence, hash: row.link?.hash ?? '' };
    checked += 1;
  }
  return { verdict: 'intact', place, checked };
};

const breachAt = ({ sequence, link }: AuditRow, place: ChainPosition, signed: Way['signed']): Breach | undefined => {
  if (sequence > place.sequence + 1) return 'missing';
  if (sequence !== place.sequence + 1) return 'inserted';
  if (!link) return 'altered';
  if (link.sequence !== sequence) return 'misplaced';
  if (link.hash !== hashOf(link)) return 'altered';
  if (link.previousHash !== place.hash) return 'not_linked';
  const signedHash = signed.get(sequence);
  return signedHash === undefined || signedHash === link.hash ? undefined : 'not_as_signed';
};
