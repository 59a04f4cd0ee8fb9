import type { MailKind } from '../domain/mail.ts';

/**
 * The words of a mail. `{name}` stands for a value of the mail's data; a sentence whose value is missing is left out.
 * What the data holds besides is listed between the two, by its label or its name.
 */
export interface Template {
  /** The first whose values are all there. */
  subjects: readonly [...string[], string];
  opening: readonly string[];
  closing: readonly string[];
  labels?: Readonly<Record<string, string>>;
}

export const templates: Readonly<Record<MailKind, Template>> = {
  sign_up: {
    subjects: ['Your code is {code}', 'Confirm your sign-up'],
    opening: ['Somebody signed up with this address. If it was you, enter the code where you signed up.'],
    closing: [
      'Give the code to nobody. It works once. If this was not you, do nothing: without the code there is no account.',
    ],
    labels: { code: 'Code', expiresAt: 'Valid until (UTC)' },
  },
  account_exists: {
    subjects: ['You have an account already'],
    opening: ['Somebody signed up with this address, which has an account already. Nothing has changed.'],
    closing: ['If it was you, sign in, or reset your password if you forgot it. If not, do nothing.'],
  },
  password_reset: {
    subjects: ['Your code is {code}', 'Set a new password'],
    opening: ['Somebody asked to set a new password for your account. If it was you, enter the code there.'],
    closing: ['Give the code to nobody. It works once. If this was not you, do nothing: your password stays as it is.'],
    labels: { code: 'Code', expiresAt: 'Valid until (UTC)' },
  },
  email_proof: {
    subjects: ['Your code is {code}', 'Confirm your new mail address'],
    opening: ['Somebody wants to sign in to their account with this address from now on.'],
    closing: ['Give the code to nobody. If this was not you, do nothing.'],
    labels: { code: 'Code', expiresAt: 'Valid until (UTC)' },
  },
  invitation: {
    subjects: ['{inviterName} invites you to {workspaceName}', 'You are invited to {workspaceName}', 'You are invited'],
    opening: [
      'You are invited to plan and publish posts on X together.',
      'Your role in {workspaceName} will be {role}.',
    ],
    closing: ['The invitation is for you alone, works once, and ends by itself. If you expect none, do nothing.'],
    labels: { link: 'Join here', token: 'For programs: the token', expiresAt: 'Valid until (UTC)' },
  },
  email_change: {
    subjects: ['Your code is {code}', 'Your mail address is being changed'],
    opening: ['Somebody who is signed in to your account asked to change its mail address.'],
    closing: [
      'Give the code to nobody. Nothing changes until it is entered.',
      'If this was not you, change your password at once and sign out everywhere.',
    ],
    labels: { code: 'Code', expiresAt: 'Valid until (UTC)', newEmail: 'New address' },
  },
  sign_in_changed: {
    subjects: ['{what}', 'How you sign in has changed'],
    opening: ['How you sign in to your account has changed.'],
    closing: [
      'If this was not you, change your password at once, sign out everywhere, and tell your workspace’s owner.',
      '{andThen}',
    ],
    labels: { what: 'What changed', at: 'When (UTC)' },
  },
  security_alert: {
    subjects: ['Security alert: {what}', 'Security alert'],
    opening: [
      'Something happened that you should know about.',
      '{more} more of this kind came since the last mail about it: the list of security events has them all.',
    ],
    closing: [
      'If you do not know of this, change your password, sign out everywhere, and tell your workspace’s owner.',
    ],
    labels: {
      what: 'What happened',
      at: 'When (UTC)',
      network: 'From',
      severity: 'Severity',
      personId: 'Whom it is about',
    },
  },
  export_ready: {
    subjects: ['Your export is ready'],
    opening: ['The export that you asked for is ready to be downloaded.'],
    closing: ['It holds data of your workspace: keep it where nobody else finds it.'],
    labels: { expiresAt: 'Available until', link: 'Download' },
  },
  workspace_deletion: {
    subjects: ['{workspaceName} is going to be deleted', 'Your workspace is going to be deleted'],
    opening: ['An owner asked for this workspace and all that it holds to be deleted.', 'It ends at {deleteAt} (UTC).'],
    closing: ['Until then an owner can undo it.'],
    labels: { workspaceName: 'Workspace' },
  },
  reconnect_account: {
    subjects: ['Connect {account} again: {waiting} for it', 'Connect {account} again', 'Connect your X account again'],
    opening: [
      'X does not accept the connection to {account} any more: it was ended on X, or it ran out.',
      'Nothing is published on the account until it is connected again.',
      '{waiting} for it, those that are due within seven days included.',
      'The first of them was or is due at {firstDueAt}.',
    ],
    closing: [
      'An owner or admin of the workspace can connect it again: they sign in to X as {account} and allow what X asks about.',
      'Posts go on by themselves then, unless they are too late by what was chosen for them.',
    ],
    labels: { workspaceName: 'Workspace', lostAt: 'Lost at' },
  },
};
