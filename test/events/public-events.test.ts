import { expect, test } from 'vitest';
import { publicEvents } from '#events/public-events.ts';
import { allEvents } from '#infra/event-schemas.ts';

/** Internal events, written out so that every new event must be added to one of the two lists. */
const internal = [
  // Cooperation of contexts and workflows.
  ...['usage.tallied', 'mail.requested', 'report.link_mailed', 'webhook.delivery_requested'],
  ...['campaign.check_requested', 'campaign.launch_requested', 'campaign.planned', 'campaign.revised'],
  ...['campaign.slot_claimed', 'campaign.slot_dropped', 'campaign.slot_planned'],
  ...['automation.changed', 'automation.deleted', 'automation.triggered', 'automation.resume_requested'],
  ...['post.unpublish_requested', 'repost.requested', 'report.requested'],
  // Sign-ins, rights, machines and personal data.
  ...['user.registered', 'user.login', 'user.logout', 'user.password_changed', 'user.email_changed'],
  ...['user.mfa_changed', 'user.sign_ins_ended', 'session.ended', 'security.alert', 'attempt.refused'],
  ...['person.erasure_requested', 'person.erasure_called_off', 'person.erased'],
  ...['person.export_requested', 'person.export_ready', 'member.disabled', 'member.enabled'],
  ...[
    'posting_rules.changed',
    'retention.changed',
    'ownership.transferred',
    'invitation.sent',
    'invitation.revoked',
    'workspace.settings_changed',
  ],
  ...['service_account.created', 'service_account.changed', 'service_account.secret_rotated'],
  ...['service_account.revoked', 'workspace.deletion_scheduled', 'workspace.deletion_cancelled', 'workspace.deleted'],
  ...['audit.export_requested', 'audit.export_ready', 'compliance.report_requested', 'compliance.report_ready'],
  ...['webhook.created', 'webhook.changed', 'webhook.secret_rotated', 'webhook.enabled', 'webhook.deleted'],
  ...['hook.created', 'hook.changed', 'hook.secret_rotated', 'hook.deleted'],
  ...['feed.created', 'feed.changed', 'feed.deleted'],
  // Secret links, and what a single person requested.
  ...['calendar_feed.created', 'calendar_feed.revoked', 'report.shared', 'report.share_revoked'],
  ...['report.deleted', 'saved_report.created', 'saved_report.changed', 'saved_report.deleted'],
];

test('every event is listed as either public or internal', () => {
  const types = publicEvents.map(({ type }) => type);
  expect([...types, ...internal].sort()).toEqual(allEvents.map(({ type }) => type).sort());
  expect(new Set([...types, ...internal]).size).toBe(types.length + internal.length);
});
