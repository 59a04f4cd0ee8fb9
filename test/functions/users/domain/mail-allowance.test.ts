import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countsAs, withOneMore, type MailsOfADay } from '../../../../functions/users/domain/mail-allowance.ts';
import { MailKind } from '../../../../functions/users/domain/mail.ts';

const start = Date.parse('2026-11-22T09:00:00.000Z');
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const nothing: MailsOfADay = { sent: [], revision: 0 };

/** When of the wanted mails to one address those go out that may, each kind under its own allowance. */
const sent = (wanted: readonly { kind: MailKind; at: number; workspaceId?: string }[]) => {
  const standing = new Map<string, MailsOfADay>();
  return wanted.filter(({ kind, at, workspaceId = 'wsp_1' }) => {
    const next = withOneMore(standing.get(countsAs(kind)) ?? nothing, { kind, workspaceId }, new Date(start + at));
    if (next) standing.set(countsAs(kind), next);
    return next !== undefined;
  });
};
const everyMinute = (kind: MailKind, minutes: number) =>
  Array.from({ length: minutes }, (_, minute) => ({ kind, at: minute * minuteMs }));

describe('mails to one address', () => {
  test('pause for longer each time, and go on a day after the first', () => {
    const minutes = sent(everyMinute('password_reset', 2 * 24 * 60)).map(({ at }) => at / minuteMs);
    expect(minutes).toEqual([0, 1, 6, 36, 1440, 1446, 1476, 1506]);
  });

  test('of one workspace do not make those of another wait, but all of them count', () => {
    const wanted = Array.from({ length: 9 }, (_, each) => ({
      kind: 'invitation' as const,
      at: each,
      workspaceId: `wsp_${each}`,
    }));
    expect(sent(wanted)).toHaveLength(4);
    expect(sent([...wanted, { kind: 'account_exists', at: 60 * minuteMs }])).toHaveLength(4);
  });

  test('that carry codes are used up by nothing else', () => {
    const others = (['invitation', 'account_exists', 'email_proof', 'sign_up'] as const).flatMap((kind) =>
      everyMinute(kind, 24 * 60),
    );
    const flood = others.sort((one, other) => one.at - other.at);
    expect(sent([...flood, { kind: 'password_reset' as const, at: dayMs - 1 }]).at(-1)?.kind).toBe('password_reset');
  });

  test('of their own account do not pause', () => {
    expect(sent(Array.from({ length: 30 }, (_, at) => ({ kind: 'security_alert' as const, at })))).toHaveLength(30);
  });

  test('are eight at most within any 24 hours that strangers can cause, whatever they do', () => {
    const kinds = MailKind.options.filter((kind) => countsAs(kind) !== 'own' && kind !== 'sign_up');
    const wish = fc.record({
      kind: fc.constantFrom(...kinds),
      at: fc.integer({ min: 0, max: 3 * dayMs }),
      workspaceId: fc.constantFrom('wsp_1', 'wsp_2', 'wsp_3'),
    });
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 300 }), (wishes) => {
        const times = sent(wishes.sort((one, other) => one.at - other.at)).map(({ at }) => at);
        for (const from of times) {
          expect(times.filter((at) => at >= from && at < from + dayMs).length).toBeLessThanOrEqual(8);
        }
      }),
    );
  });
});
