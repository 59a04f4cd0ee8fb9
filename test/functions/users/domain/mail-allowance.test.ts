import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MailKind } from '#functions/users/domain/mail.ts';
import {
  allowanceOf,
  type MailsOfADay,
  noMails,
  type Wish,
  withOneMore,
} from '#functions/users/domain/mail-allowance.ts';
import { mailboxOf } from '#functions/users/domain/mailbox.ts';

const start = Date.parse('2026-11-22T09:00:00.000Z');
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

type Wanted = Omit<Wish, 'workspaceId'> & { at: number; workspaceId?: string };

/**
 * Those of the requested mails to one address that are sent, each kind within its own allowance, and how many each
 * stands for.
 */
const sent = (wanted: readonly Wanted[]) => {
  const standing = new Map<string, MailsOfADay>();
  return wanted.flatMap((each) => {
    const wish = { workspaceId: 'wsp_1', ...each };
    const { name } = allowanceOf(wish);
    const { next, isAllowed, more } = withOneMore(standing.get(name) ?? noMails, wish, new Date(start + each.at));
    if (next) standing.set(name, next);
    return isAllowed ? [{ ...each, more }] : [];
  });
};
const everyMinute = (kind: MailKind, minutes: number) =>
  Array.from({ length: minutes }, (_, minute) => ({ kind, at: minute * minuteMs }));
const from = (workspace: number, isEstablished: boolean, at = 0, person = workspace): Wanted => ({
  kind: 'invitation',
  at,
  workspaceId: `wsp_${workspace}`,
  asker: { personId: `usr_${person}`, isEstablished },
});

describe('mails to one address', () => {
  test('pause longer each time, and start again a day after the first', () => {
    const minutes = sent(everyMinute('password_reset', 2 * 24 * 60)).map(({ at }) => at / minuteMs);
    expect(minutes).toEqual([0, 1, 6, 36, 1440, 1446, 1476, 1506]);
  });

  test('of one kind are not used up by other kinds', () => {
    for (const kind of MailKind.options) {
      const others = MailKind.options.filter((other) => other !== kind).flatMap((other) => everyMinute(other, 24 * 60));
      const flood: Wanted[] = others.sort((one, other) => one.at - other.at);
      expect(sent([...flood, { kind, at: dayMs - 1 }]).at(-1)?.kind, kind).toBe(kind);
    }
  });

  test('are limited within any 24 hours, whatever strangers in new workspaces do', () => {
    const kinds = ['password_reset', 'account_exists', 'invitation', 'email_proof'] as const;
    const wish = fc.record({
      kind: fc.constantFrom(...kinds),
      at: fc.integer({ min: 0, max: 3 * dayMs }),
      workspaceId: fc.constantFrom('wsp_1', 'wsp_2', 'wsp_3', 'wsp_4'),
    });
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 300 }), (wishes) => {
        const times = sent(wishes.sort((one, other) => one.at - other.at)).map(({ at }) => at);
        for (const begin of times) {
          expect(times.filter((at) => at >= begin && at < begin + dayMs).length).toBeLessThanOrEqual(4 + 4 + 3 + 3);
        }
      }),
    );
  });
});

describe('invitations to one mailbox', () => {
  test('from new workspaces share three, and do not use up the first of an established workspace', () => {
    const flood = Array.from({ length: 20 }, (_, each) => from(each, false));
    expect(sent(flood)).toHaveLength(3);
    expect(sent([...flood, from(99, true)])).toHaveLength(4);
  });

  test('from established workspaces share four more, and do not use up the first of another one', () => {
    const again = Array.from({ length: 9 }, (_, each) => from(each % 3, true, each * 31 * minuteMs));
    expect(sent(again)).toHaveLength(3 + 4);
    expect(sent([...again, from(99, true, dayMs / 2)])).toHaveLength(8);
  });

  test('from many workspaces of one person have only one first among them', () => {
    const flood = Array.from({ length: 50 }, (_, each) => from(each, true, 0, 7));
    expect(sent(flood)).toHaveLength(1 + 4);
    expect(sent([...flood, from(99, true)])).toHaveLength(6);
  });
});

describe('alerts', () => {
  const alert = (at: number, workspaceId = 'wsp_1', topic = 'refresh_token_reused'): Wanted => ({
    ...{ kind: 'security_alert', at, workspaceId, topic },
  });
  const flood = Array.from({ length: 24 * 60 }, (_, minute) => alert(minute * minuteMs));

  test('on one topic are mailed six times a day, each with the number held back since the last', () => {
    const out = sent(flood);
    expect(out.map(({ at }) => at / minuteMs)).toEqual([0, 1, 2, 62, 302, 1022]);
    expect(out.map(({ more }) => more)).toEqual([0, 0, 0, 59, 239, 719]);
  });

  test('hold back neither alerts on other topics or in other workspaces, nor notices and codes', () => {
    const others: Wanted[] = [
      alert(dayMs - 1, 'wsp_1', 'privileges_escalated'),
      alert(dayMs - 1, 'wsp_2'),
      { kind: 'sign_in_changed', at: dayMs - 1 },
      { kind: 'email_change', at: dayMs - 1 },
    ];
    expect(sent([...flood, ...others])).toHaveLength(6 + others.length);
  });
});

test.each([
  ['ada@example.com', 'ada@example.com'],
  ['ada+shop@example.com', 'ada@example.com'],
  ['ada+a+b@example.com', 'ada@example.com'],
  ['+ada@example.com', '+ada@example.com'],
  ['a.d.a+x@gmail.com', 'ada@gmail.com'],
  ['a.da@googlemail.com', 'ada@gmail.com'],
  ['a.da@example.com', 'a.da@example.com'],
])('%s is counted as the mailbox %s', (email, mailbox) => {
  expect(mailboxOf(email)).toBe(mailbox);
});
