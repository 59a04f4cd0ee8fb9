import * as z from 'zod';

/** Repeats a step of an erasure until nothing is left. @returns how many steps it took */
export const untilErased = async (step: () => Promise<unknown>): Promise<number> => {
  for (let steps = 1; steps <= 50; steps += 1) {
    const { outcome } = z.object({ outcome: z.enum(['more', 'done']) }).parse(await step());
    if (outcome === 'done') return steps;
  }
  throw new Error('An erasure does not end');
};
