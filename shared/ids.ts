import { createHash, randomInt } from 'node:crypto';
import { encodeTime, ulid } from 'ulid';
import * as z from 'zod';

/** Prefixes of ids, one for each kind, so that an id shows its kind. */
export type IdPrefix =
  | 'usr'
  | 'sva'
  | 'wsp'
  | 'inv'
  | 'mal'
  | 'ses'
  | 'sec'
  | 'rpt'
  | 'svr'
  | 'rsh'
  | 'exp'
  | 'acc'
  | 'chg'
  | 'pst'
  | 'med'
  | 'tpl'
  | 'cal'
  | 'rps'
  | 'cmp'
  | 'slt'
  | 'evt'
  | 'cmt'
  | 'cpr'
  | 'aut'
  | 'run'
  | 'whk'
  | 'dlv'
  | 'hok'
  | 'fed';

/** Random numbers from Node: by default ulid loads Web Cryptography, which adds 2 ms to a cold start. */
const random = (): number => randomInt(32) / 32;

/** Creates an id from prefix and ULID, so that ids of one kind sort by creation time. */
export const newId = (prefix: IdPrefix, now: Date): string => `${prefix}_${ulid(now.getTime(), random)}`;

/**
 * Derives an id that is the same for the same seed, so that a creation can be repeated: the time of a ULID from `at`,
 * its 80 other bits from the seed's SHA-256.
 */
export const derivedId = (prefix: IdPrefix, at: Date | string, seed: string): string => {
  const digest = createHash('sha256').update(seed).digest();
  const letters = Array.from(digest.subarray(0, 16), (byte) => crockford.charAt(byte % crockford.length));
  return `${prefix}_${encodeTime(new Date(at).getTime())}${letters.join('')}`;
};

/** Crockford's base 32, the alphabet of ULIDs. */
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const idSchema = (prefix: IdPrefix, what: string, ...others: readonly IdPrefix[]) => {
  const prefixes = [prefix, ...others].join('|');
  return z
    .string()
    .regex(new RegExp(`^(${prefixes})_[0-9A-HJKMNP-TV-Z]{26}$`), `must be the id of ${what}: ${prefixes}_ and a ULID`)
    .meta({ description: `Id of ${what}`, examples: [`${prefix}_01KATJ9V5H8Q3M4N5P6R7S8T9V`] });
};

/** Anyone who can act in a workspace: a person or a service account. */
export const PersonId = idSchema('usr', 'a person or a service account', 'sva');
export const WorkspaceId = idSchema('wsp', 'a workspace');
export const AccountId = idSchema('acc', 'an X account');
export const PostId = idSchema('pst', 'a post');
export const MediaId = idSchema('med', 'a media file');
export const CampaignId = idSchema('cmp', 'a campaign');
export const SlotId = idSchema('slt', 'a campaign slot');
export const AutomationId = idSchema('aut', 'an automation');
export const AutomationRunId = idSchema('run', 'a run of an automation');
export const TemplateId = idSchema('tpl', 'a post template');
export const CalendarFeedId = idSchema('cal', 'a calendar feed');
export const RepostId = idSchema('rps', 'a repost');
export const CommentId = idSchema('cmt', 'a comment on a post');
export const InvitationId = idSchema('inv', 'an invitation');
export const ServiceAccountId = idSchema('sva', 'a service account');
export const MailId = idSchema('mal', 'an email');
export const SessionId = idSchema('ses', 'a session');
export const AuditExportId = idSchema('exp', 'an audit export');
export const ComplianceReportId = idSchema('cpr', 'a compliance report');
export const ReportId = idSchema('rpt', 'a report on performance');
export const ReportShareId = idSchema('rsh', 'a link to a report');
export const SavedReportId = idSchema('svr', 'a saved report');
export const PersonExportId = idSchema('exp', 'an export of personal data');
export const SecurityEventId = idSchema('sec', 'a security event');
export const WebhookId = idSchema('whk', 'a webhook');
export const WebhookDeliveryId = idSchema('dlv', 'a delivery of a webhook');
export const HookId = idSchema('hok', 'an incoming hook');
export const FeedId = idSchema('fed', 'a feed');
export const EventId = idSchema('evt', 'an event');
