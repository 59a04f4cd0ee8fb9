import type { ErrorCodes } from '#shared/errors.ts';

/** The error codes of this context, each with one sentence on when it is returned. */
export const errorCodes = {
  invalid: {
    invalid_publish_at: 'The time is in the past, or more than 300 days ahead.',
    media_too_large: 'The file is larger than allowed for its type.',
    media_without_alt_text: 'A subtitle file cannot have alt text.',
    malformed_header: 'The header of the CSV file cannot be read.',
    unknown_column: 'A column of the file is unknown. Rename or remove it.',
    column_twice: 'A column of the file is duplicated.',
    column_missing: 'A required column of the file is missing.',
    too_many_rows: 'The file has too many rows. Split it.',
    too_many_parts: 'The file has too many parts in total. Split it.',
  },
  forbidden: {
    post_is_scheduled:
      'The post is scheduled or held, or waits for its launched campaign to schedule it, or more than 90 posts use the file; ' +
      'and the role of the caller does not include scheduling.',
    four_eyes:
      'The caller, or a service account that they created or whose secret they created, wrote, described or ' +
      'submitted the content, and the workspace requires approval by someone else.',
    writer_unknown:
      'A service account wrote part of the post, and who created that account is unknown. An owner or admin can approve ' +
      'it with `override`.',
    override_not_permitted: 'Only owners and admins may override.',
    people_only: 'Service accounts cannot create calendar feeds. Read the calendar with the access token instead.',
    standing_lost: 'The caller can no longer schedule posts in this workspace.',
  },
  'not-found': {
    post_not_found: 'There is no such post in this workspace.',
    account_not_found:
      'There is no such X account in this workspace, or it is disconnected and a connected one is needed.',
    campaign_not_found: 'There is no such campaign in this workspace.',
    media_file_not_found: 'There is no such media file in this workspace.',
    template_not_found: 'There is no such template in this workspace.',
    version_not_found: 'The post has no such version.',
    queue_not_found: 'The account has no queue yet.',
    short_link_not_found: 'No short link has this code, or the link was disabled.',
    calendar_feed_not_found: 'There is no such calendar feed, or its link has expired or been revoked.',
  },
  conflict: {
    post_changed: 'The post was edited or scheduled since the campaign created it.',
    post_deleted: 'The post was deleted.',
    post_draft: 'The post is a draft.',
    post_scheduled: 'The post is scheduled.',
    post_held: 'The post is held.',
    post_missed: 'The post missed its publishing window.',
    post_failed: 'Publishing the post has failed.',
    post_cancelled: 'The post was cancelled.',
    post_publishing: 'The post is being published.',
    post_published: 'The post is published.',
    post_unpublishing: 'The post is being deleted on X.',
    post_unpublished: 'The post was deleted on X.',
    post_partly_published: 'Some parts of the post are already on X.',
    post_unsettled: 'It is unknown whether X has the post. Schedule it again to have X checked.',
    not_published: 'The post is not published.',
    publishing_stopped: 'Publishing is stopped for the account or the workspace. Resume it first.',
    not_scheduled: 'The post was never scheduled, so it has no time that can be shifted.',
    not_submitted: 'The post was not submitted for approval.',
    approval_required:
      'The workspace requires approval before publishing, and the content is not approved. Submit the post, or have it ' +
      'approved.',
    no_such_warning: 'The rule finds nothing in the current content.',
    queue_empty: "The account's queue has no time slots. Add some first.",
    queue_full: 'Every slot of the next 300 days is taken. Add time slots or schedule the post yourself.',
    media_being_deleted: 'One of the media files is being deleted.',
    media_in_use: 'Posts or videos still use the file; `fields` names them. Remove it there first.',
    media_not_uploaded: 'The file has not been uploaded yet. Upload it first.',
    media_storage_full: "The file does not fit into the workspace's media storage. Delete unused files.",
    too_many_uploads: 'The workspace, or the caller, has the maximum number of open uploads. Complete or delete some.',
    upload_share_full:
      "With this file, the caller's open uploads would exceed half of the free storage. Complete or delete some.",
    too_many_comments: 'The post has the maximum number of comments.',
    too_many_templates: 'The workspace has the maximum number of templates. Delete one first.',
    too_many_own_templates:
      "The caller has created half of the workspace's maximum number of templates. Delete one first.",
    too_many_calendar_feeds: 'The caller has the maximum number of calendar feeds. Revoke one first.',
  },
  unprocessable: {
    unpublishable: 'X would refuse the post; `fields` says what and where.',
    alt_text_required: 'The workspace requires alt text for every file.',
    policy_blocked: 'A rule of X or of the workspace blocks the post; `fields` says which. Change the post.',
    policy_warnings: 'The post has open policy warnings. Change it, or have an owner or admin override them.',
    not_overridable: 'The finding has level `block` and cannot be overridden.',
    campaign_without_utm: 'The campaign has no UTM parameters to add to links.',
    link_unmarkable: 'UTM parameters cannot be added to a link; `fields` says where.',
    text_too_long: 'The text is too long once the UTM parameters are added to its links. Shorten it.',
    template_too_large: 'The template is too large.',
    invalid_template: 'The template is invalid; `fields` says why.',
    invalid_values: 'The values do not fit the template; `fields` says why.',
    empty_text: 'There is no text to split.',
    too_many_parts: 'The text splits into more parts than a thread may have.',
    unsplittable: 'A single character is longer than a part may be, as X counts it.',
    media_mismatch: 'The file does not match its declared type or size.',
    media_broken: 'The file is damaged or incomplete.',
    media_too_large: 'The file is larger than allowed for its type.',
    media_dimensions: 'The width, height or aspect ratio is not accepted.',
    media_duration: 'X does not accept the duration.',
    media_frames: 'The file has more frames or pixels than X accepts.',
    media_frame_rate: 'X does not accept the frame rate.',
    media_animated: 'X does not accept animation in this format.',
    media_codec: 'X does not accept the codec or the pixel format.',
    media_fragmented: 'X does not accept fragmented MP4.',
    media_without_picture: 'The file has no video track.',
    media_subtitles: 'The subtitle file is malformed.',
    media_not_found: 'A subtitle file is not a media file of this workspace.',
    media_not_uploaded: 'A subtitle file has not been uploaded yet. Upload it first.',
    media_not_subtitles: 'A file named as subtitles is not a subtitle file.',
    media_not_video: 'Only videos can have subtitles.',
    subtitles_language_twice: 'Two subtitle files have the same language.',
  },
  'rate-limited': {
    too_many_imports:
      'The limit of imports per UTC day is reached. Retry after the number of seconds in `Retry-After`.',
    too_many_exports:
      'The limit of exported pages per UTC day is reached. Retry after the number of seconds in `Retry-After`.',
    too_many_reposts:
      "The account's limit of reposts per UTC day is reached. Retry after the number of seconds in `Retry-After`.",
  },
  unavailable: {
    stop_not_settled:
      'Publishing is stopped, but X has not yet responded to an earlier call. Repeat the request after the number of ' +
      'seconds in `Retry-After`.',
    receipts_busy: 'Too many receipts are requested at once. Retry in a moment.',
  },
} as const satisfies ErrorCodes;

export type PostErrors = typeof errorCodes;

/** Error codes of one kind that several operations return. */
type Codes<Kind extends keyof PostErrors> = readonly (keyof PostErrors[Kind])[];

/** The post is being published, or was published: it can no longer be changed. */
export const notOpen = [
  'post_publishing',
  'post_published',
  'post_unpublishing',
  'post_unpublished',
] as const satisfies Codes<'conflict'>;

/** Objections of X, the policy rules or the workspace to publishing a post. */
export const notReady = [
  'unpublishable',
  'alt_text_required',
  'policy_blocked',
  'policy_warnings',
] as const satisfies Codes<'unprocessable'>;

/** Why the links of a text cannot be tagged with the campaign's UTM parameters. */
export const linkFaults = [
  'campaign_without_utm',
  'link_unmarkable',
  'text_too_long',
] as const satisfies Codes<'unprocessable'>;

/** Why an uploaded file cannot be used. */
export const fileFaults = [
  'media_mismatch',
  'media_broken',
  'media_too_large',
  'media_dimensions',
  'media_duration',
  'media_frames',
  'media_frame_rate',
  'media_animated',
  'media_codec',
  'media_fragmented',
  'media_without_picture',
  'media_subtitles',
] as const satisfies Codes<'unprocessable'>;
