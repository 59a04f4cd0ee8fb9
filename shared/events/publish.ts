import { createHash } from 'node:crypto';
import type { DomainEvent } from './event.ts';

/** An event ready for the bus. */
export interface BusEntry {
  source: string;
  type: string;
  /** JSON of the event's detail. */
  detail: string;
}

/** The stage's event bus. */
export interface Bus {
  /**
   * Publishes entries in order. @throws Error when the bus rejects one, so that the stream delivers the record again
   */
  publish(entries: readonly BusEntry[]): Promise<void>;
}

/** EventBridge rejects entries over 256 KiB. Ours are far smaller; a larger one is a fault that should surface here. */
const largestDetail = 240 * 1024;

/**
 * Creates the bus entry of an event. Its id is derived from the stream record's id and the event's position in it, so a
 * record delivered twice yields the same event, which consumers recognise.
 */
export const busEntry = ({ definition, detail }: DomainEvent, recordId: string, index: number): BusEntry => {
  const id = `evt_${crockford(createHash('sha256').update(`${recordId}/${index}`).digest())}`;
  const checked = definition.detail.parse({ id, ...detail });
  const json = JSON.stringify(checked);
  if (Buffer.byteLength(json) > largestDetail) throw new Error(`The event ${definition.type} is too large for the bus`);
  return { source: definition.source, type: definition.type, detail: json };
};

/** Encodes 26 characters of Crockford's base 32, as in ULIDs. */
const crockford = (bytes: Uint8Array): string => {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  return Array.from({ length: 26 }, (_, place) => alphabet.charAt((bytes[place] ?? 0) & 31)).join('');
};
