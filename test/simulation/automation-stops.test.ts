import { expect, test } from 'vitest';
import { type AutomationPlant, playAutomationStops } from './automation-run.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

test(
  'no step acts after a stop is answered, for a thousand stops at random instants',
  { timeout: 600_000 },
  async () => {
    let stops = 0;
    let acts = 0;
    const met = { crashes: 0, awsFaults: 0, timeouts: 0, lostAnswers: 0, aborts: 0 };
    for (let seed = 1; stops < 1_000; seed += 1) {
      const { afterAnswer, trace, ...outcome } = await playAutomationStops(seed, 25);
      if (afterAnswer.length > 0) say(`seed ${seed}\n  ${trace.slice(-400).join('\n  ')}`);
      expect({ seed, afterAnswer }).toEqual({ seed, afterAnswer: [] });
      stops += outcome.stops;
      acts += outcome.acts;
      for (const kind of Object.keys(met) as (keyof typeof met)[]) met[kind] += outcome.incidents[kind];
    }
    say(`${stops} stops among ${acts} actions: ${JSON.stringify(met)}`);
    // A fault that never occurred proves nothing.
    expect(acts).toBeGreaterThan(1_000);
    for (const often of Object.values(met)) expect(often).toBeGreaterThan(0);
  },
);

test('the simulation detects steps that do not read notAfter', { timeout: 600_000 }, async () => {
  const plant: AutomationPlant = 'notAfter unread';
  for (let seed = 1; seed <= 100; seed += 1) {
    const { afterAnswer } = await playAutomationStops(seed, 25, plant);
    if (afterAnswer.length === 0) continue;
    say(`${plant}: found by seed ${seed}, ${afterAnswer[0] ?? ''}`);
    return;
  }
  throw new Error(`No seed has found the planted bug "${plant}"`);
});
