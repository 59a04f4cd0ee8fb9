import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AuditLink,
  type AuditRow,
  type ChainPosition,
  followChain,
  linkAfter,
  origin,
} from '#functions/users/domain/audit-chain.ts';
import { auditEvent } from '#test/support/audit-events.ts';

const chainOf = (length: number): AuditRow[] => {
  const rows: AuditRow[] = [];
  let place: ChainPosition = origin;
  for (let n = 1; n <= length; n += 1) {
    place = linkAfter(place, auditEvent(n));
    rows.push({ sequence: n, link: AuditLink.parse(place) });
  }
  return rows;
};

const stream = async function* (rows: readonly AuditRow[]): AsyncGenerator<AuditRow> {
  yield* rows;
};

const follow = (rows: readonly AuditRow[], signed = new Map<number, string>(), mayGoOn = () => true) =>
  followChain(stream(rows), { from: origin, signed, mayGoOn });

const linkAt = (rows: readonly AuditRow[], index: number): AuditLink => AuditLink.parse(rows[index]?.link);

/** A chain and a position in it that is not the last: a fault there shows at the next one at the latest. */
const chainAndPlace = fc
  .integer({ min: 2, max: 12 })
  .chain((length) => fc.record({ length: fc.constant(length), at: fc.integer({ min: 0, max: length - 2 }) }));

describe('a chain', () => {
  test('that nobody touched is intact to its end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 12 }), async (length) => {
        const followed = await follow(chainOf(length));
        expect(followed).toMatchObject({ verdict: 'intact', checked: length, place: { sequence: length } });
      }),
    );
  });

  test('does not depend on the order of fields in an event', () => {
    const event = auditEvent(1);
    const reversed = Object.fromEntries(Object.entries(event).reverse());
    expect(linkAfter(origin, { ...event, ...reversed }).hash).toBe(linkAfter(origin, event).hash);
    expect(linkAfter(origin, { ...event, data: { nested: event.data['nested'], accountId: 'acc_1' } }).hash).toBe(
      linkAfter(origin, event).hash,
    );
  });

  test('is broken at a row that was altered, whichever field it was', async () => {
    const change = fc.oneof(
      fc.record({ entityId: fc.string({ minLength: 6 }) }),
      fc.record({ data: fc.dictionary(fc.string({ maxLength: 3 }), fc.integer(), { minKeys: 1 }) }),
      fc.record({ correlationId: fc.constant('forged') }),
      fc.record({ outcome: fc.constant<'refused'>('refused') }),
      fc.record({ actor: fc.constant({ type: 'system' as const, id: 'posts' }) }),
      fc.record({ hash: fc.constant('0'.repeat(64)) }),
      fc.record({ previousHash: fc.constant('0'.repeat(64)) }),
    );
    await fc.assert(
      fc.asyncProperty(chainAndPlace, change, async ({ length, at }, altered) => {
        const rows = chainOf(length);
        rows[at] = { sequence: at + 1, link: { ...linkAt(rows, at), ...altered } };
        expect(await follow(rows)).toMatchObject({ verdict: 'broken', checked: at, sequence: at + 1, why: 'altered' });
      }),
    );
  });

  test('is broken after a row that was altered and hashed again', async () => {
    await fc.assert(
      fc.asyncProperty(chainAndPlace, async ({ length, at }) => {
        const rows = chainOf(length);
        const before = at === 0 ? origin : linkAt(rows, at - 1);
        rows[at] = { sequence: at + 1, link: linkAfter(before, auditEvent(at + 1, { entityId: 'pst_forged' })) };
        expect(await follow(rows)).toMatchObject({ verdict: 'broken', sequence: at + 2, why: 'not_linked' });
      }),
    );
  });

  test('is broken at a row that was removed, even when the rows behind it were moved up', async () => {
    await fc.assert(
      fc.asyncProperty(chainAndPlace, async ({ length, at }) => {
        const rows = chainOf(length);
        rows.splice(at, 1);
        expect(await follow(rows)).toMatchObject({ verdict: 'broken', sequence: at + 1, why: 'missing' });
        const movedUp = rows.map(({ link }, index) => ({ sequence: index + 1, link }));
        expect(await follow(movedUp)).toMatchObject({ verdict: 'broken', sequence: at + 1, why: 'misplaced' });
      }),
    );
  });

  test('is broken at the first of two rows that were swapped', async () => {
    await fc.assert(
      fc.asyncProperty(chainAndPlace, fc.nat(), async ({ length, at }, pick) => {
        const rows = chainOf(length);
        const other = at + 1 + (pick % (length - at - 1));
        const [one, two] = [linkAt(rows, at), linkAt(rows, other)];
        rows[at] = { sequence: at + 1, link: two };
        rows[other] = { sequence: other + 1, link: one };
        expect(await follow(rows)).toMatchObject({ verdict: 'broken', sequence: at + 1, why: 'misplaced' });
      }),
    );
  });

  test('is broken at an inserted row, or right after it when the rows behind it were moved on', async () => {
    await fc.assert(
      fc.asyncProperty(chainAndPlace, async ({ length, at }) => {
        const rows = chainOf(length);
        const forged = linkAfter(linkAt(rows, at), auditEvent(99));
        const between = [...rows.slice(0, at + 1), { sequence: NaN, link: forged }, ...rows.slice(at + 1)];
        expect(await follow(between)).toMatchObject({ verdict: 'broken', sequence: at + 2, why: 'inserted' });
        const movedOn = [
          ...rows.slice(0, at + 1),
          { sequence: at + 2, link: forged },
          ...rows.slice(at + 1).map(({ sequence, link }) => ({ sequence: sequence + 1, link })),
        ];
        expect(await follow(movedOn)).toMatchObject({ verdict: 'broken', sequence: at + 3, why: 'misplaced' });
      }),
    );
  });

  test('that was rewritten as a whole does not match its signed checkpoint', async () => {
    const signed = new Map([[3, linkAt(chainOf(5), 2).hash]]);
    expect(await follow(chainOf(5), signed)).toMatchObject({ verdict: 'intact' });
    let place: ChainPosition = origin;
    const forged = [1, 2, 3, 4, 5].map((n): AuditRow => {
      const link = linkAfter(place, auditEvent(n, { entityId: n === 2 ? 'pst_forged' : 'pst_1' }));
      place = link;
      return { sequence: n, link };
    });
    expect(await follow(forged)).toMatchObject({ verdict: 'intact' });
    expect(await follow(forged, signed)).toMatchObject({ verdict: 'broken', sequence: 3, why: 'not_as_signed' });
  });

  test('is followed as long as there is time, and continued from there', async () => {
    const rows = chainOf(9);
    let left = 4;
    const begun = await follow(rows, new Map(), () => left-- > 0);
    expect(begun).toMatchObject({ verdict: 'unfinished', checked: 4, place: { sequence: 4 } });
    const way = { from: begun.place, signed: new Map<number, string>(), mayGoOn: () => true };
    expect(await followChain(stream(rows.slice(4)), way)).toMatchObject({ verdict: 'intact', checked: 5 });
  });
});
