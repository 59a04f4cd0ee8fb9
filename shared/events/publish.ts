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
  /** Publishes entries in order. @throws Error when the bus refused one, so that the stream delivers again */
  publish(entries: readonly BusEntry[]): Promise<void>;
}

/** EventBridge refuses an entry over 256 KiB; ours are far smaller, and one that is not is a fault to be seen here. */
const largestDetail = 240 * 1024;

/**
 * The entry of an event. Its id is made from the stream record's id and the event's place in it, so that a record
 * delivered twice gives the same event: consumers then see that they know it.
 */
export const busEntry = ({ definition, detail }: DomainEvent, recordId: string, index: number): BusEntry => {
  const id = `evt_${crockford(createHash('sha256').update(`${recordId}/${index}`).digest())}`;
  const checked = definition.detail.parse({ id, ...detail });
  const json = JSON.stringify(checked);
  if (Buffer.byteLength(json) > largestDetail) throw new Error(`The event ${definition.type} is too large for the bus`);
  return { source: definition.source, type: definition.type, detail: json };
};

/** 26 characters of Crockford's base 32, as ULIDs write them. */
const crockford = (bytes: Uint8Array): string => {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  return Array.from({ length: 26 }, (_, place) => alphabet.charAt((bytes[place] ?? 0) & 31)).join('');
};
