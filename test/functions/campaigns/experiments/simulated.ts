import type * as z from 'zod';
import { Experiment } from '#functions/campaigns/domain/experiment.ts';
import { blocksOf, type PlannedSlot } from '#functions/campaigns/experiments/blocks.ts';
import type { Counts, ObservedBlock, SlotState } from '#functions/campaigns/experiments/observed.ts';
import { instantAfter } from '#shared/time.ts';

export const start = new Date('2026-11-23T00:00:00.000Z');
const hourMs = 3_600_000;
export const after = (hours: number): Date => new Date(start.getTime() + hours * hourMs);

/** Two variants, `a` the control, judged by impressions. */
export const experiment = (other: Partial<z.input<typeof Experiment>> = {}): Experiment =>
  Experiment.parse({
    variants: [
      { key: 'a', name: 'As always' },
      { key: 'b', name: 'With a question' },
    ],
    control: 'a',
    metric: 'impressions',
    seed: 'seed',
    ...other,
  });

export const threeVariants = [
  { key: 'a', name: 'As always' },
  { key: 'b', name: 'With a question' },
  { key: 'c', name: 'With a picture' },
];

/** Uniform numbers in [0, 1) of a seed: the generator Mulberry32. */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** A standard normal number (Box and Muller). */
export const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Slots of one account, one a day at midnight: two classes, weekdays and weekends. */
export const plan = (count: number, { account = 1 } = {}): PlannedSlot[] =>
  Array.from({ length: count }, (_, place) => {
    const at = after(24 * place);
    const ids = [account, place].map((number) => String(number).padStart(13, '0'));
    return {
      id: `slt_${ids.join('')}`,
      accountId: `acc_${String(account).padStart(26, '0')}`,
      wallTime: at.toISOString().slice(0, 16),
    };
  });

/** The metric of a post, by its place in time (from 0 on) and its variant. */
export type Brings = (place: number, variant: string) => number | 'lost';

/** The blocks once all slots are counted; each slot was published at its wall time, in UTC. */
export const played = (of: Experiment, slots: readonly PlannedSlot[], brings: Brings): ObservedBlock[] => {
  const places = new Map(slots.map(({ id }, place) => [id, place]));
  const times = new Map(slots.map(({ id, wallTime }) => [id, `${wallTime}:00.000Z`]));
  return blocksOf(of, slots).blocks.map((block) => ({
    ...block,
    slots: block.slots.map((slot) => {
      const brought = brings(places.get(slot.id) ?? 0, slot.variant);
      if (brought === 'lost') return { ...slot, state: { status: 'lost' } };
      const publishedAt = times.get(slot.id) ?? '';
      return { ...slot, state: published(publishedAt, of.maturityHours, { [of.metric]: brought }) };
    }),
  }));
};

/** A post that was counted this many hours after it was published. */
export const published = (publishedAt: string, hours: number, counts: Counts): SlotState => ({
  status: 'published',
  publishedAt,
  counted: { at: instantAfter(publishedAt, hours * hourMs), counts },
});
