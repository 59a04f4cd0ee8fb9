import * as z from 'zod';
import { Actor } from '#shared/actor.ts';
import { Instant } from '#shared/time.ts';
import type { AuditLink } from './audit-chain.ts';

const Value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** An audit event in a compliance report; `sequence` identifies the full event. */
export const Entry = z.object({
  sequence: z.int(),
  at: Instant,
  eventType: z.string(),
  entityId: z.string(),
  actor: Actor,
  details: z.record(z.string(), Value),
});
export type Entry = z.infer<typeof Entry>;

/** What was gathered so far for one topic. */
export const Gathered = z.object({
  count: z.int(),
  entries: z.array(Entry),
  bytes: z.int(),
  /** Some rows were not written by the platform: the chain is broken there. */
  isUnreadable: z.boolean(),
  /** Where to continue; null: nothing is left. */
  cursor: z.string().nullable(),
  isWhole: z.boolean(),
});
export type Gathered = z.infer<typeof Gathered>;

export const nothingGathered: Gathered = {
  count: 0,
  entries: [],
  bytes: 0,
  isUnreadable: false,
  cursor: null,
  isWhole: false,
};

/** Most entries and bytes listed per topic, which is stored as one table item (at most 400 KB). */
const maxEntries = 500;
const maxBytes = 250_000;

/** Adds an event to a topic. Every event is counted, but only listed while there is room. */
export const withLink = (gathered: Gathered, link: AuditLink): Gathered => {
  const entry = entryOf(link);
  const [count, bytes] = [gathered.count + 1, gathered.bytes + Buffer.byteLength(JSON.stringify(entry))];
  // Once an event is left out, all later ones are too, so that the list has no gaps.
  const isListed = gathered.entries.length === gathered.count && count <= maxEntries && bytes <= maxBytes;
  return isListed ? { ...gathered, count, bytes, entries: [...gathered.entries, entry] } : { ...gathered, count };
};

const entryOf = ({ sequence, occurredAt, eventType, entityId, actor, data }: AuditLink): Entry => ({
  sequence,
  at: occurredAt,
  eventType,
  entityId,
  actor,
  details: detailsOf(data),
});

const longestText = 200;
const bounded = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text);

/** Returns the scalar values of an event; for settings, only the changed ones. Lists and objects are omitted. */
const detailsOf = ({ previous, ...said }: AuditLink['data']): Entry['details'] => {
  const before = z.record(z.string(), z.unknown()).safeParse(previous).data;
  const pairs = Object.entries(said).flatMap(([name, value]): [string, z.infer<typeof Value>][] => {
    if (before) {
      const [was, is] = [JSON.stringify(before[name] ?? null), JSON.stringify(value ?? null)];
      return was === is ? [] : [[name, bounded(`${bounded(was)} to ${bounded(is)}`)]];
    }
    const plain = Value.safeParse(value);
    if (!plain.success) return [];
    return [[name, typeof plain.data === 'string' ? bounded(plain.data) : plain.data]];
  });
  return Object.fromEntries(pairs);
};
