import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { QueueSlot } from '#functions/posts/domain/queue.ts';
import { slotTimes } from '#functions/posts/queue/slot-times.ts';

const first = (count: number, slots: QueueSlot[], timeZone: string, after: string): string[] =>
  slotTimes(slots, timeZone, new Date(after), 300).take(count).toArray();

const daily = (time: string): QueueSlot[] => [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, time }));

describe('the times of slots', () => {
  test('are in order, without those of today that have passed', () => {
    const slots = [
      { weekday: 7, time: '18:00' },
      { weekday: 7, time: '09:00' },
      { weekday: 1, time: '09:00' },
    ];
    // A Sunday, noon in Berlin.
    expect(first(4, slots, 'Europe/Berlin', '2026-11-22T11:00:00Z')).toEqual([
      '2026-11-22T17:00:00.000Z',
      '2026-11-23T08:00:00.000Z',
      '2026-11-29T08:00:00.000Z',
      '2026-11-29T17:00:00.000Z',
    ]);
  });

  test('keep their local time when clocks go forward, and a time in the gap moves forward', () => {
    expect(first(3, daily('02:30'), 'Europe/Berlin', '2026-03-27T12:00:00Z')).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  test('use the earlier instant of a local time that occurs twice', () => {
    expect(first(3, daily('02:30'), 'Europe/Berlin', '2026-10-24T12:00:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
      '2026-10-27T01:30:00.000Z',
    ]);
  });

  test('are merged when a gap moves one onto another', () => {
    const slots = [...daily('02:30'), ...daily('03:30')];
    expect(first(2, slots, 'Europe/Berlin', '2026-03-28T12:00:00Z')).toEqual([
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  test('follow the weekday of their zone where UTC has another', () => {
    // Monday 00:30 in Auckland is Sunday in UTC.
    expect(first(1, [{ weekday: 1, time: '00:30' }], 'Pacific/Auckland', '2026-11-22T11:00:00Z')).toEqual([
      '2026-11-22T11:30:00.000Z',
    ]);
  });

  const slot = fc.record({
    weekday: fc.integer({ min: 1, max: 7 }),
    time: fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`),
  });
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Chatham', 'UTC'];
  const start = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-06-01'), noInvalidDate: true });

  test('rise, lie within the given days, and match slots in local time except where a gap moved them', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(slot, { minLength: 1, maxLength: 6, selector: ({ weekday, time }) => `${weekday} ${time}` }),
        fc.constantFrom(...zones),
        start,
        (slots, timeZone, after) => {
          const times = slotTimes(slots, timeZone, after, 40).toArray();
          expect(times.toSorted()).toEqual(times);
          expect(new Set(times).size).toBe(times.length);
          const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
          const shown = new Set(slots.map(({ weekday, time }) => `${weekday} ${time}`));
          let moved = 0;
          for (const time of times) {
            const at = Date.parse(time);
            expect(at).toBeGreaterThan(after.getTime());
            expect(at).toBeLessThanOrEqual(after.getTime() + 40 * 86_400_000);
            const [date = '', clock = ''] = format.format(at).split(' ');
            const weekday = ((new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7) + 1;
            if (!shown.has(`${weekday} ${clock}`)) moved += 1;
          }
          // Clocks go forward at most once in forty days, and every slot occurs once a week.
          expect(moved).toBeLessThanOrEqual(slots.length);
          expect(times.length).toBeGreaterThanOrEqual(slots.length * 4);
        },
      ),
    );
  });
});
