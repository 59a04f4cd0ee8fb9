import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blocksOf, type PlannedSlot } from '#functions/campaigns/experiments/blocks.ts';
import { DomainError } from '#shared/errors.ts';
import { experiment, plan, threeVariants } from './simulated.ts';

const accountIds = ['acc_1', 'acc_2', 'acc_3'];
const two = (number: number): string => String(number).padStart(2, '0');

const slots: fc.Arbitrary<PlannedSlot[]> = fc
  .array(
    fc.record({
      accountId: fc.constantFrom(...accountIds),
      wallTime: fc
        .record({ day: fc.integer({ min: 1, max: 30 }), hour: fc.nat(23), minute: fc.nat(59) })
        .map(({ day, hour, minute }) => `2026-11-${two(day)}T${two(hour)}:${two(minute)}`),
    }),
    { maxLength: 120 },
  )
  .map((all) => all.map((slot, place) => ({ ...slot, id: `slt_${place}` })));

const experiments = fc
  .record({ seed: fc.string({ minLength: 1, maxLength: 20 }), isOfThree: fc.boolean() })
  .map(({ seed, isOfThree }) => experiment({ seed, ...(isOfThree && { variants: threeVariants }) }));

describe('the blocks of an experiment', () => {
  test('contain each variant once, in similar slots, and every slot is in one block or left over', () => {
    fc.assert(
      fc.property(experiments, slots, (of, all) => {
        const { blocks, leftOver } = blocksOf(of, all);
        const byId = new Map(all.map((slot) => [slot.id, slot]));
        for (const block of blocks) {
          expect(block.slots.map(({ variant }) => variant).sort()).toEqual(of.variants.map(({ key }) => key));
          for (const { id } of block.slots) {
            const slot = byId.get(id);
            expect(slot?.accountId).toBe(block.accountId);
            expect(Math.floor(Number(slot?.wallTime.slice(11, 13)) / 4)).toBe(block.hourBand);
            const day = new Date(`${slot?.wallTime ?? ''}Z`).getUTCDay();
            expect(day === 0 || day === 6 ? 'weekend' : 'weekday').toBe(block.weekdayClass);
          }
        }
        const placed = [...blocks.flatMap((block) => block.slots.map(({ id }) => id)), ...leftOver];
        expect(placed.sort()).toEqual(all.map(({ id }) => id).sort());
        // Three accounts, two classes of weekdays, six bands: each combination may leave less than a block.
        expect(leftOver.length).toBeLessThanOrEqual(36 * (of.variants.length - 1));
      }),
    );
  });

  test('are the same whatever the order of the slots', () => {
    const shuffled = slots.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    fc.assert(
      fc.property(experiments, shuffled, (of, [all, inOtherOrder]) => {
        const one = blocksOf(of, all);
        const other = blocksOf(of, inOtherOrder);
        const sorted = ({ blocks, leftOver }: typeof one) => ({
          blocks: blocks.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
          leftOver: leftOver.toSorted(),
        });
        expect(sorted(other)).toEqual(sorted(one));
      }),
    );
  });

  test('are drawn by the seed: the same seed gives the same variants, another seed others', () => {
    const all = plan(200);
    const coins = (seed: string) =>
      blocksOf(experiment({ seed }), all).blocks.map(({ slots: [first] }) => first?.variant);
    expect(coins('one')).toEqual(coins('one'));
    expect(coins('one')).not.toEqual(coins('other'));
  });

  test.each([2, 3])('draw every order of %i variants equally often', (count) => {
    const variants = threeVariants.slice(0, count);
    const orders = new Map<string, number>();
    const { blocks } = blocksOf(experiment({ variants }), plan(6_000 * count));
    for (const { slots: members } of blocks) {
      const order = members.map(({ variant }) => variant).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    const possible = count === 2 ? 2 : 6;
    expect(orders.size).toBe(possible);
    const expected = blocks.length / possible;
    for (const seen of orders.values()) {
      expect(Math.abs(seen - expected)).toBeLessThan(4 * Math.sqrt(expected * (1 - 1 / possible)));
    }
  });

  test('keep their variants when slots are added to the plan', () => {
    const all = plan(100);
    const before = blocksOf(experiment(), all.slice(0, 40)).blocks;
    expect(blocksOf(experiment(), all).blocks.filter(({ id }) => before.some((block) => block.id === id))).toEqual(
      expect.arrayContaining(before),
    );
  });

  test.each(['2026-11-22', '2026-11-22T24:00', '2026-13-01T09:00', 'tomorrow'])(
    'refuse %s as a wall time',
    (wallTime) => {
      const refused = new DomainError(
        'invalid',
        'wall_time_invalid',
        `${wallTime} is not a local time such as 2026-11-22T09:03.`,
      );
      expect(() => blocksOf(experiment(), [{ id: 'slt_1', accountId: 'acc_1', wallTime }])).toThrow(refused);
    },
  );
});
