import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Agenda, type Due } from '#functions/campaigns/rehearsal/agenda.ts';

const due = fc.record({ at: fc.nat(20), slotKey: fc.string({ minLength: 1, maxLength: 3 }) });
const byTimeAndKey = (one: Due, other: Due): number => one.at - other.at || (one.slotKey < other.slotKey ? -1 : 1);

test('an agenda returns its entries by time and key, in whatever order they were added', () => {
  const dues = fc.uniqueArray(due, { selector: ({ slotKey }) => slotKey, maxLength: 60 });
  fc.assert(
    fc.property(dues, fc.nat(60), (all, early) => {
      const agenda = new Agenda<Due>();
      for (const each of all.slice(0, early)) agenda.add(each);
      // One is taken while others are still to be added.
      const first = agenda.next();
      expect(first).toEqual(all.slice(0, early).sort(byTimeAndKey)[0]);
      for (const each of all.slice(early)) agenda.add(each);
      const rest: Due[] = [];
      for (let next = agenda.next(); next; next = agenda.next()) rest.push(next);
      expect(rest).toEqual(all.filter((each) => each !== first).sort(byTimeAndKey));
    }),
  );
});
