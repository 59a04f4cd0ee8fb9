import type { MailKind } from '../domain/mail.ts';

/**
 * Text of an email. `{name}` is replaced by a value of the email's data; a sentence with a missing value is omitted.
 * Values that no sentence uses are listed between opening and closing, with their label or name.
 */
export interface Template {
  /** The first subject whose values are all present is used. */
  subjects: readonly [...string[], string];
  opening: readonly string[];
  closing: readonly string[];
  labels?: Readonly<Record<string, string>>;
}

export const templates: Readonly<Record<MailKind, Template>> = {
  sign_up: {
    subjects: ['Your sign-up code: {code}', 'Confirm your email address'],
    opening: ['Someone signed up with this email address. If it was you, enter this code to confirm it.'],
    closing: [
      'Do not share this code. It can be used once. If you did not sign up, ignore this email: no account is created without the code.',
    ],
    labels: { code: 'Code', expiresAt: 'Valid until' },
  },
  account_exists: {
    subjects: ['You already have an account'],
    opening: ['Someone signed up with this email address, which already has an account. Nothing has changed.'],
    closing: ['If it was you, sign in, or reset your password if you have forgotten it. Otherwise, ignore this email.'],
  },
  password_reset: {
    subjects: ['Your password reset code: {code}', 'Reset your password'],
    opening: ['Someone asked to reset the password of your account. If it was you, enter this code to set a new one.'],
    closing: [
      'Do not share this code. It can be used once. If it was not you, ignore this email: your password stays the same.',
    ],
    labels: { code: 'Code', expiresAt: 'Valid until' },
  },
  email_proof: {
    subjects: ['Your confirmation code: {code}', 'Confirm your new email address'],
    opening: [
      'Someone asked to change the email address of their account to this one.',
      'If it was you, enter this code together with the code sent to your current address.',
    ],
    closing: ['Do not share this code. If it was not you, ignore this email.'],
    labels: { code: 'Code', expiresAt: 'Valid until' },
  },
  invitation: {
    subjects: [
      '{inviterName} invited you to join {workspaceName}',
      'You are invited to join {workspaceName}',
      'You are invited to join a workspace',
    ],
    opening: [
      'You are invited to plan and publish posts on X as a team.',
      'Your role in {workspaceName} will be {role}.',
    ],
    closing: [
      'This invitation is for you only, can be used once, and expires. If you were not expecting it, ignore this email.',
    ],
    labels: { link: 'Join here', token: 'Token (for API clients)', expiresAt: 'Valid until' },
  },
  email_change: {
    subjects: ['Email address change requested. Your code: {code}', 'Your email address is being changed'],
    opening: [
      'Someone who is signed in to your account asked to change its email address.',
      'If it was you, enter this code together with the code sent to the new address.',
    ],
    closing: [
      'Do not share this code. Nothing changes until both codes are entered.',
      'If it was not you, change your password now and sign out everywhere.',
    ],
    labels: { code: 'Code', expiresAt: 'Valid until', newEmail: 'New address' },
  },
  sign_in_changed: {
    subjects: ['{what}', 'Your sign-in details have changed'],
    opening: ['The sign-in details of your account have changed.'],
    closing: ['If it was you, there is nothing to do.', '{ifNotYou}', '{ifLockedOut}'],
    labels: { what: 'Change', at: 'Time' },
  },
  security_alert: {
    subjects: ['Security alert in {workspaceName}: {what}', 'Security alert: {what}', 'Security alert'],
    opening: [
      'Please review this activity in the workspace.',
      'Other events of this kind since the last email: {more}.',
      'All security events of the workspace can be listed ({securityEvents}).',
    ],
    closing: ['{advice}', 'You get this email because you are an owner or admin of the workspace.'],
    labels: {
      workspaceName: 'Workspace',
      what: 'Event',
      at: 'Time',
      network: 'Network',
      severity: 'Severity',
      memberName: 'Member',
      serviceAccountName: 'Service account',
      personId: 'Member or service account ID',
      account: 'X account',
      serviceAccounts: 'Service accounts',
    },
  },
  export_ready: {
    subjects: ['Your export is ready'],
    opening: ['The export you requested is ready to download.'],
    closing: [
      'Sign in to get its download link, which works for 15 minutes.',
      'It can contain personal data. Store it where only you can access it.',
    ],
    labels: { what: 'Export', workspaceName: 'Workspace', where: 'Get the link with', expiresAt: 'Available until' },
  },
  workspace_deletion: {
    subjects: ['{workspaceName} will be deleted', 'Your workspace will be deleted'],
    opening: [
      'An owner asked to delete this workspace and its data. The audit trail is kept for its retention period; audit exports and compliance reports with their files, the settings, ids of former members and revoked service accounts are kept as well.',
      'It will be deleted on {deleteAt}. Until then, everything keeps working.',
    ],
    closing: [
      'Until it is deleted, any owner can restore the workspace.',
      'If you did not expect this, restore it now, and review who owns the workspace.',
    ],
    labels: { workspaceName: 'Workspace', ownerName: 'Requested by', restore: 'Restore with' },
  },
  performance_alert: {
    subjects: ['{topic} in {workspaceName}', '{topic}', 'An alert about your metrics'],
    opening: ['An alert that you set up was triggered.', '{statement}'],
    closing: [
      'You get this email because you set up alerts about metrics.',
      'Change or stop them in your alert settings ({settings}).',
    ],
    labels: { workspaceName: 'Workspace', account: 'X account', campaign: 'Campaign', at: 'Time' },
  },
  report_ready: {
    subjects: [
      '{reportName}: report for {workspaceName}',
      '{reportName}: your report is ready',
      'A report for {workspaceName} is ready',
      'A report is ready',
    ],
    opening: ['A scheduled report on the performance of posts is ready.'],
    closing: [
      'Anyone with the link can open the report until {linkEnd}.',
      'To download its files, sign in and get their links ({where}).',
      'You get this email because a member of the workspace named you as a recipient.',
    ],
    labels: { reportName: 'Report', workspaceName: 'Workspace', link: 'Open the report', expiresAt: 'Available until' },
  },
  webhook_failing: {
    subjects: ['{topic} in {workspaceName}', '{topic}', 'A webhook is failing'],
    opening: ['Events could not be delivered to a webhook of the workspace.', '{statement}'],
    closing: [
      'Deliveries that failed can be replayed for 30 days.',
      "The list of deliveries shows how the webhook's server responded ({deliveries}).",
      'You get this email because you own the workspace.',
    ],
    labels: { workspaceName: 'Workspace', host: 'Host', webhookId: 'Webhook', failingSince: 'Failing since' },
  },
  automation: {
    subjects: ['{subject}', 'A message from an automation'],
    opening: ['This is a message from an automation in your workspace.', '{text}'],
    closing: ['You get this email because a member of the workspace named you or your role as a recipient.'],
    labels: { workspaceName: 'Workspace', automation: 'Automation' },
  },
  automation_loop: {
    subjects: ['Automations in {workspaceName} triggered each other', 'Automations triggered each other'],
    opening: [
      'Automations triggered each other in a loop, or in a chain that was too long. The last one was not started.',
      'They triggered each other in this order: {automations}.',
    ],
    closing: ['Change the trigger or the steps of one of them, or switch it off.'],
    labels: { workspaceName: 'Workspace', eventType: 'Event that would have started the last one' },
  },
  automation_failed: {
    subjects: ['{automationName} failed', 'An automation failed'],
    opening: ['A run of the automation failed. Completed steps were not undone.', '{message}'],
    closing: ['You get this email at most once a day per automation.', 'Check its other runs as well ({runs}).'],
    labels: { workspaceName: 'Workspace', automationName: 'Automation', automationId: 'Automation ID', runId: 'Run' },
  },
  automation_off: {
    subjects: ['{automationName} was switched off', 'An automation was switched off'],
    opening: [
      'Whoever switched the automation on has left the workspace or may no longer manage automations.',
      'It stays off until someone else switches it on and takes responsibility for what it does.',
    ],
    closing: ['You get this email because you own the workspace.'],
    labels: { workspaceName: 'Workspace', automationName: 'Automation', automationId: 'Automation ID' },
  },
  reconnect_account: {
    subjects: ['Reconnect {account}: {waiting}', 'Reconnect {account}', 'Reconnect your X account'],
    opening: [
      'X no longer accepts the connection to {account}: it was revoked on X, or it expired.',
      'Nothing can be published on this account until it is reconnected.',
      '{waiting} (held, or due within the next seven days).',
      'Earliest due time: {firstDueAt}.',
    ],
    closing: [
      'An owner or admin of the workspace can reconnect it ({reconnect}): they sign in to X as {account} and grant this platform access.',
      'Waiting posts are then published automatically, except those that are later than their settings allow.',
    ],
    labels: { workspaceName: 'Workspace', lostAt: 'Connection lost' },
  },
};
