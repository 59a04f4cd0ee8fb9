import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { standardLimits } from '#functions/campaigns/domain/automation.ts';
import { admit, emptyGate, type Gate, leave, maxQueued } from '#functions/campaigns/domain/automation-gate.ts';

const start = Date.parse('2026-11-22T12:00:00.000Z');
const limits = { perHour: 5, perDay: 12, coolDownMinutes: 0, concurrency: 2 };

/** The decisions about runs that arrive at these minutes, none of which ends. */
const admitted = (minutes: readonly number[], said = limits): string[] => {
  let gate = emptyGate('wsp', 'aut');
  return minutes.map((minute, place) => {
    const decided = admit(gate, `run-${place}`, said, new Date(start + minute * 60_000));
    gate = decided.gate;
    return decided.admitted;
  });
};

describe('a gate', () => {
  test('lets runs start up to the concurrency and queues the others', () => {
    expect(admitted([0, 1, 2, 3])).toEqual(['active', 'active', 'queued', 'queued']);
  });

  test('limits runs per clock hour and per UTC day', () => {
    const all = { ...limits, concurrency: 10 };
    expect(admitted([0, 0, 0, 0, 0, 59, 60], all).slice(-2)).toEqual(['per_hour', 'active']);
    const late = [0, 60, 120, 180].flatMap((hour) => [hour, hour, hour]);
    expect(admitted([...late, 240, 719, 720], { ...all, concurrency: 20 }).slice(-3)).toEqual([
      'per_day',
      'per_day',
      'active',
    ]);
  });

  test('measures the cool-down from the start of a run', () => {
    const cool = { ...limits, coolDownMinutes: 10 };
    expect(admitted([0, 9, 10, 19, 20], cool)).toEqual(['active', 'cool_down', 'active', 'cool_down', 'queued']);
  });

  test('without a cool-down holds nothing back, even if the clock goes back', () => {
    expect(admitted([0, -0.001])).toEqual(['active', 'active']);
  });

  test('queues a limited number of runs, and counts refusals by reason until the end of the day', () => {
    const wide = { ...standardLimits, perHour: 500, perDay: 500 };
    const said = admitted(Array<number>(maxQueued + 2).fill(0), wide);
    expect(said.slice(-2)).toEqual(['queued', 'queue_full']);
    let { gate } = admit(emptyGate('wsp', 'aut'), 'a', { ...wide, perDay: 1 }, new Date(start));
    for (let time = 0; time < 2; time += 1) ({ gate } = admit(gate, 'b', { ...wide, perDay: 1 }, new Date(start)));
    expect(gate.refused).toEqual({ per_day: 2 });
    expect(admit(gate, 'b', wide, new Date(start + 12 * 3_600_000)).gate.refused).toEqual({});
  });

  test('admits the oldest queued run when one leaves, and none if the concurrency is 0', () => {
    let gate = emptyGate('wsp', 'aut');
    for (const id of ['a', 'b', 'c']) ({ gate } = admit(gate, id, standardLimits, new Date(start)));
    expect(leave(gate, 'a', standardLimits)).toMatchObject({ next: ['b'], gate: { active: ['b'], queued: ['c'] } });
    expect(leave(gate, 'b', standardLimits)).toMatchObject({ next: [], gate: { active: ['a'], queued: ['c'] } });
    expect(leave(gate, 'a', { concurrency: 0 })).toMatchObject({
      next: [],
      gate: { active: [], queued: ['b', 'c'] },
    });
    expect(leave(gate, 'a', { concurrency: 3 })).toMatchObject({
      next: ['b', 'c'],
      gate: { active: ['b', 'c'], queued: [] },
    });
  });

  test('keeps its limits in any sequence of arrivals and departures, and starts queued runs in order', () => {
    const happenings = fc.array(fc.record({ minutes: fc.nat(90), ends: fc.boolean(), which: fc.nat(9) }), {
      maxLength: 120,
    });
    const bounds = fc.record({
      ...{ perHour: fc.integer({ min: 1, max: 6 }), perDay: fc.integer({ min: 1, max: 20 }) },
      ...{ coolDownMinutes: fc.nat(30), concurrency: fc.integer({ min: 1, max: 4 }) },
    });
    fc.assert(
      fc.property(bounds, happenings, (said, all) => {
        let gate: Gate = emptyGate('wsp', 'aut');
        let now = start;
        const came: { id: string; at: number }[] = [];
        const began: string[] = [];
        all.forEach(({ minutes, ends, which }, place) => {
          now += minutes * 60_000;
          const id = `run-${place}`;
          if (ends) {
            const { active } = gate;
            const over = active[which % Math.max(1, active.length)];
            if (over === undefined) return;
            const left = leave(gate, over, said);
            gate = left.gate;
            began.push(...left.next);
          } else {
            const decided = admit(gate, id, said, new Date(now));
            gate = decided.gate;
            if (decided.admitted === 'active') began.push(id);
            if (decided.admitted === 'active' || decided.admitted === 'queued') came.push({ id, at: now });
          }
          expect(gate.active.length).toBeLessThanOrEqual(said.concurrency);
          expect(gate.queued.length).toBeLessThanOrEqual(maxQueued);
          // No run waits while there is room.
          if (gate.queued.length > 0) expect(gate.active).toHaveLength(said.concurrency);
        });
        expect(began).toEqual(came.map(({ id }) => id).slice(0, began.length));
        const counts = (length: number) => Map.groupBy(came, ({ at }) => new Date(at).toISOString().slice(0, length));
        for (const those of counts(13).values()) expect(those.length).toBeLessThanOrEqual(said.perHour);
        for (const those of counts(10).values()) expect(those.length).toBeLessThanOrEqual(said.perDay);
        came.slice(1).forEach(({ at }, place) => {
          expect(at - (came[place]?.at ?? 0)).toBeGreaterThanOrEqual(said.coolDownMinutes * 60_000);
        });
      }),
    );
  });
});
