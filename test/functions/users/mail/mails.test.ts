import { describe, expect, test } from 'vitest';
import type { Mail, MailKind } from '#functions/users/domain/mail.ts';
import * as contract from '#functions/users/mail/contract.ts';
import { sendMail } from '#functions/users/mail/send.ts';
import { systemAuthor } from '#shared/actor.ts';
import { owner } from '#test/support/http-event.ts';
import { ada, harness } from '../harness.ts';

/** A workspace with a queued mail, and the delivery of its event. */
const waiting = async (kind: MailKind = 'security_alert', to = 'bob@example.com') => {
  const users = harness();
  const { deps } = users;
  const author = systemAuthor('users', { correlationId: 'request-1' });
  const { workspaceId } = owner;
  const mail = await deps.mails.queue({ workspaceId, to, kind, data: { what: 'A new device' } }, author);
  const event = { workspaceId, entityId: mail.id, correlationId: 'request-1' };
  const standing = async (): Promise<Mail | undefined> => deps.mails.find(workspaceId, mail.id);
  return { ...users, mail, standing, deliver: () => sendMail(deps, event), mailing: deps.mailing };
};
const unreachable = async (): Promise<never> => {
  throw new Error('SES cannot be reached');
};

describe('a queued mail', () => {
  test('is sent once, however often its event is delivered', async () => {
    const { mail, deliver, standing, mailing } = await waiting();
    await deliver();
    await deliver();
    expect(mailing.letters).toMatchObject([
      { to: 'bob@example.com', id: mail.id, subject: 'Security alert: A new device', unsubscribeUrl: undefined },
    ]);
    // Its content is erased with it: an invitation's token is then kept nowhere.
    expect(await standing()).toMatchObject({ status: 'sent', sending: { tries: 1 }, data: {} });
  });

  test('is not sent by a second delivery while the first one is sending it', async () => {
    const { deliver, mailing } = await waiting();
    let second: unknown;
    mailing.before = async () => {
      second = await deliver().catch((error: unknown) => error);
      return undefined;
    };
    await deliver();
    expect(second).toMatchObject({ message: expect.stringContaining('being sent') as string });
    expect(mailing.letters).toHaveLength(1);
  });

  test('is retried after a crash with the same content and link', async () => {
    const { clock, deliver, standing, mailing } = await waiting('invitation');
    mailing.before = unreachable;
    await expect(deliver()).rejects.toThrow('SES cannot be reached');
    expect(await standing()).toMatchObject({ status: 'waiting', sending: { tries: 1 } });
    // Too early: the first try may still be running.
    await expect(deliver()).rejects.toThrow('being sent');
    clock.pass(60_000);
    mailing.before = async () => undefined;
    await deliver();
    const secret = (await standing())?.sending?.unsubscribeSecret ?? '-';
    expect(secret).toHaveLength(43);
    expect(mailing.letters[0]?.unsubscribeUrl).toContain(secret);
  });

  test('fails after four tries, and is counted without raising an error', async () => {
    const { clock, deliver, standing, mailing } = await waiting();
    mailing.before = unreachable;
    for (let tries = 1; tries <= 3; tries += 1) {
      await expect(deliver()).rejects.toThrow('SES cannot be reached');
      clock.pass(90_000);
    }
    expect(mailing.failures).toBe(0);
    await deliver();
    expect(await standing()).toMatchObject({ status: 'failed', sending: { tries: 4 } });
    expect(mailing.failures).toBe(1);
    await deliver();
    expect(mailing.letters).toEqual([]);
  });

  test('fails at once when SES refuses it', async () => {
    const { deliver, standing, mailing } = await waiting();
    mailing.before = async () => 'refused';
    await deliver();
    expect(await standing()).toMatchObject({ status: 'failed', sending: { tries: 1 } });
    expect(mailing.failures).toBe(1);
  });

  test('is not sent for an event of another workspace', async () => {
    const { deps, mail } = await waiting();
    const event = { workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8TZZ', entityId: mail.id, correlationId: 'request-1' };
    await sendMail(deps, event);
    expect(deps.mailing.letters).toEqual([]);
  });
});

describe('unsubscribing', () => {
  const token = ({ unsubscribeUrl = '' }: { unsubscribeUrl?: string | undefined } = {}) =>
    new URL(unsubscribeUrl).searchParams.get('token') ?? '';

  test('by the link of a mail ends that kind for that address, without a sign-in', async () => {
    const { deps, mail, deliver, mailing, call, clock } = await waiting('invitation');
    await deliver();
    const query = { token: token(mailing.letters[0]) };
    // As a mail program sends it (RFC 8058): with a form as the body.
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const answer = await call(contract.unsubscribe, { query, headers, body: '--x--' });
    expect(answer).toEqual({ status: 200, body: { status: 'unsubscribed', kind: 'invitation' } });
    expect(await call(contract.unsubscribe, { query })).toEqual(answer);

    const { workspaceId, to } = mail;
    clock.pass(60_000);
    const again = { workspaceId, to, kind: 'invitation', data: {} } as const;
    const next = await deps.mails.queue(again, systemAuthor('users', { correlationId: 'request-2' }));
    await sendMail(deps, { workspaceId, entityId: next.id, correlationId: 'request-2' });
    expect(await deps.mails.find(workspaceId, next.id)).toMatchObject({
      status: 'suppressed',
      suppressedFor: 'unsubscribed',
    });
    expect(mailing.letters).toHaveLength(1);

    const alert = await deps.mails.queue(
      { ...again, kind: 'security_alert' },
      systemAuthor('users', { correlationId: 'request-3' }),
    );
    await sendMail(deps, { workspaceId, entityId: alert.id, correlationId: 'request-3' });
    expect(mailing.letters).toHaveLength(2);
  });

  test('with a token that is wrong, of another mail or malformed is refused and changes nothing', async () => {
    const { mail, deliver, mailing, call } = await waiting('invitation');
    await deliver();
    const good = token(mailing.letters[0]);
    const wrong = [
      good.replace(/.{3}$/, 'xyz'),
      good.replace(mail.id, 'mal_01KATJ9V5H8Q3M4N5P6R7S8TZZ'),
      good.replace(mail.workspaceId, 'wsp_01KATJ9V5H8Q3M4N5P6R7S8TZZ'),
    ];
    for (const each of wrong) {
      expect(await call(contract.unsubscribe, { query: { token: each } })).toMatchObject({
        status: 400,
        body: { code: 'invalid_unsubscribe_token' },
      });
    }
    for (const each of ['', 'x', `${good}x`, 'a.b.c']) {
      expect(await call(contract.unsubscribe, { query: { token: each } })).toMatchObject({ status: 400 });
    }
    expect(await mailing.preferences.wants(mail.to, 'invitation')).toBe(true);
  });
});

describe('mail preferences', () => {
  test('are those of the signed-in person’s address, and all on by default', async () => {
    const users = harness();
    const as = await users.ada();
    const all = {
      invitation: true,
      export_ready: true,
      reconnect_account: true,
      performance_alert: true,
      report_ready: true,
      webhook_failing: true,
      automation: true,
    };
    expect(await users.call(contract.getNotifications, { as })).toEqual({ status: 200, body: all });
    const some = {
      invitation: true,
      export_ready: false,
      reconnect_account: true,
      performance_alert: true,
      report_ready: false,
      webhook_failing: true,
      automation: true,
    };
    expect(await users.call(contract.changeNotifications, { as, body: some })).toEqual({ status: 200, body: some });
    expect(await users.call(contract.getNotifications, { as })).toEqual({ status: 200, body: some });
    expect(await users.deps.mailing.preferences.wants(ada.email, 'export_ready')).toBe(false);
  });

  test.each([
    {},
    { invitation: true },
    { invitation: true, export_ready: 'no', reconnect_account: true },
    { invitation: true, export_ready: true, reconnect_account: true, security_alert: false },
  ])('with the body %j are refused', async (body) => {
    const users = harness();
    const as = await users.ada();
    expect(await users.call(contract.changeNotifications, { as, body })).toMatchObject({ status: 400 });
  });

  test('are refused to a removed member', async () => {
    const users = harness();
    const as = await users.ada();
    await users.removeMember(as);
    expect(await users.call(contract.getNotifications, { as })).toMatchObject({ status: 403 });
  });
});

describe('the list of mails', () => {
  test('shows which failed, with masked addresses and without their content', async () => {
    const { mail, deliver, mailing, call } = await waiting();
    mailing.before = async () => 'refused';
    await deliver();
    const { status, body } = await call(contract.listMails, { as: owner, query: { status: 'failed' } });
    expect(status).toBe(200);
    expect(body).toEqual({
      items: [
        {
          id: mail.id,
          kind: 'security_alert',
          to: 'b***@example.com',
          status: 'failed',
          suppressedFor: null,
          tries: 1,
          createdAt: mail.createdAt,
          updatedAt: mail.createdAt,
        },
      ],
      nextCursor: null,
    });
    expect(await call(contract.listMails, { as: owner, query: { status: 'sent' } })).toMatchObject({
      body: { items: [] },
    });
    const elsewhere = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8TZZ' };
    expect(await call(contract.listMails, { as: elsewhere })).toMatchObject({ body: { items: [] } });
  });

  test.each(['manager', 'editor', 'analyst'] as const)('is refused to the role %s', async (role) => {
    const { call } = await waiting();
    expect(await call(contract.listMails, { as: { ...owner, role } })).toMatchObject({ status: 403 });
  });
});
