import * as z from 'zod';
import {
  type AuditRow,
  type ChainPosition,
  followChain,
  linkAfter,
  origin,
} from '#functions/users/domain/audit-chain.ts';
import { auditEvent } from '../support/audit-events.ts';

/**
 * `npm run bench:audit`: how fast a chain of audit events is followed, and that memory does not grow with its length.
 * Rows are generated on demand, so that only the current one is held; generating them is measured separately and
 * subtracted. `npm run bench:audit -- 1000000` follows a longer chain.
 */
const length = z.coerce.number().int().min(10).default(100_000).parse(process.argv[2]);

const rowsOf = async function* (count: number): AsyncGenerator<AuditRow> {
  let place: ChainPosition = origin;
  for (let n = 1; n <= count; n += 1) {
    const link = linkAfter(place, auditEvent(n % 10_000));
    place = link;
    yield { sequence: n, link };
  }
};

const measured = async (what: () => Promise<unknown>) => {
  const began = process.cpuUsage();
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().heapUsed);
  }, 20);
  await what();
  clearInterval(watch);
  const { user, system } = process.cpuUsage(began);
  return { seconds: (user + system) / 1e6, peakMb: Math.max(peak, process.memoryUsage().heapUsed) / 2 ** 20 };
};

/** Pauses every thousand rows, as between two pages of a table, so that memory can be sampled. */
const paged = async function* (rows: AsyncIterable<AuditRow>): AsyncGenerator<AuditRow> {
  for await (const row of rows) {
    if (row.sequence % 1_000 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    yield row;
  }
};

const follow = (count: number) =>
  followChain(paged(rowsOf(count)), { from: origin, signed: new Map(), mayGoOn: () => true });

await follow(5_000);
for (const count of [Math.ceil(length / 10), length]) {
  const making = await measured(async () => {
    for await (const _ of paged(rowsOf(count)));
  });
  const both = await measured(async () => {
    const { verdict } = await follow(count);
    if (verdict !== 'intact') throw new Error(`The chain is ${verdict}`);
  });
  const rate = Math.round(count / Math.max(0.001, both.seconds - making.seconds));
  console.log(`${count} events: ${rate} followed per second of CPU, ${both.peakMb.toFixed(0)} MB of heap at most`);
}
