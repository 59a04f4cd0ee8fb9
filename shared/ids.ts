import { ulid } from 'ulid';
import * as z from 'zod';

/** Every kind of id, by its prefix: an id names its kind wherever it is read. */
export type IdPrefix = 'usr' | 'wsp' | 'acc' | 'pst' | 'med' | 'cmp' | 'slt' | 'evt' | 'cmt';

/** A new id: prefix and ULID, so that ids of one kind sort by the time they were made. */
export const newId = (prefix: IdPrefix, now: Date): string => `${prefix}_${ulid(now.getTime())}`;

const idSchema = (prefix: IdPrefix, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`), `must be the id of ${what}: ${prefix}_ and a ULID`)
    .meta({ description: `Id of ${what}`, examples: [`${prefix}_01KATJ9V5H8Q3M4N5P6R7S8T9V`] });

export const PersonId = idSchema('usr', 'a person');
export const WorkspaceId = idSchema('wsp', 'a workspace');
export const AccountId = idSchema('acc', 'a connected X account');
export const PostId = idSchema('pst', 'a post');
export const MediaId = idSchema('med', 'a media file');
export const CampaignId = idSchema('cmp', 'a campaign');
export const SlotId = idSchema('slt', "a campaign's slot");
export const CommentId = idSchema('cmt', 'a comment on a post');
export const EventId = idSchema('evt', 'an event');
