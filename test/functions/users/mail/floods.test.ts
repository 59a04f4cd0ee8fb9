import { expect, test } from 'vitest';
import * as z from 'zod';
import * as passwords from '#functions/users/credentials/password-contract.ts';
import * as security from '#functions/users/security/contract.ts';
import * as auth from '#functions/users/sign-in/contract.ts';
import { resendCode } from '#functions/users/sign-up/contract.ts';
import { ada } from '../harness.ts';
import { password, team } from '../team-harness.ts';

const Events = z.object({ items: z.array(z.looseObject({ kind: z.string(), isMailed: z.boolean() })) });
const Tokens = z.object({ refreshToken: z.string() });

test('an analyst who reuses refresh tokens holds back no other security mail, and isMailed is true only of mails sent', async () => {
  const { users, owner, member, setRole } = await team();
  await member('eve', 'analyst');
  const helper = await member('helper');
  const reuseSpentToken = async () => {
    const { refreshToken } = Tokens.parse((await users.signIn({ ...ada, email: 'eve@example.com', password })).body);
    await users.call(auth.refreshTokens, { body: { refreshToken } });
    users.clock.pass(30_000);
    await users.call(auth.refreshTokens, { body: { refreshToken } });
    await users.hear('session.ended');
    await users.hear('security.alert');
  };
  for (let each = 0; each < 34; each += 1) await reuseSpentToken();
  const alerts = () => users.mailsTo(ada.email).filter(({ kind }) => kind === 'security_alert');
  const list = await users.call(security.listSecurityEvents, { as: owner, query: { limit: '100' } });
  const { items } = Events.parse(list.body);
  expect(items).toHaveLength(34);
  expect(items.filter(({ isMailed }) => isMailed)).toHaveLength(alerts().length);
  expect(alerts().length).toBeLessThan(7);

  // Another kind of alert and a notice about one's own account are still sent.
  const before = alerts().length;
  await setRole(owner, helper.personId, 'admin');
  await users.hear('member.role_changed');
  await users.hear('security.alert');
  expect(alerts()).toHaveLength(before + 1);
  const body = { currentPassword: ada.password, password: 'Another-Horse-7-Staple' };
  expect((await users.call(passwords.changePassword, { as: owner, body })).status).toBe(204);
  await users.hear('user.password_changed');
  expect(users.mailsTo(ada.email).at(-1)).toMatchObject({ kind: 'sign_in_changed' });

  // The next alert tells how many were held back.
  users.clock.pass(24 * 60 * 60 * 1000);
  await reuseSpentToken();
  expect(alerts().at(-1)?.data.more).toBe(String(34 - before));
});

test('sign-ups with aliases of one mailbox share its limit, and requests that send no mail use up none of it', async () => {
  const { users } = await team();
  const boxed = () =>
    users.changes.flatMap(({ before, after }) =>
      before === undefined && after?.type === 'mail' && after.kind === 'sign_up' && after.status === 'waiting'
        ? [after]
        : [],
    );
  const standing = boxed().length;
  for (let alias = 0; alias < 20; alias += 1) await users.signUp({ ...ada, email: `v.ic.tim+${alias}@gmail.com` });
  expect(boxed().length - standing).toBe(8);
  // Codes that are requested and not mailed use up nothing.
  const { users: others } = await team();
  for (let alias = 0; alias < 20; alias += 1) {
    await others.call(resendCode, { body: { email: `bob+${alias}@example.com` } });
    await others.call(passwords.forgotPassword, { body: { email: `ada+${alias}@example.com` } });
  }
  await others.signUp({ ...ada, email: 'bob@example.com' });
  expect(others.codesTo('bob@example.com')).toHaveLength(1);
  await others.call(passwords.forgotPassword, { body: { email: ada.email } });
  expect(others.mailsTo(ada.email).at(-1)).toMatchObject({ kind: 'password_reset' });
});
