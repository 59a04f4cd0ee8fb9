import * as z from 'zod';
import { refuseInvalid } from './problems.ts';
import { cashtagsOf, hasInvalidCharacters } from './text.ts';

const Id = z.string().regex(/^[0-9]{1,19}$/, 'does not match the regex pattern ^[0-9]{1,19}$');
const ReplySettings = z.enum(['following', 'mentionedUsers', 'subscribers', 'verified']);
const Link = z.strictObject({ url: z.string() });

/** The body of POST /2/tweets in X's OpenAPI 2.167; undeclared fields are refused. */
export const CreatePostBody = z.strictObject({
  text: z.string().default(''),
  card_uri: z.string().optional(),
  community_id: Id.optional(),
  direct_message_deep_link: z.string().optional(),
  edit_options: z.strictObject({ previous_post_id: Id }).optional(),
  for_super_followers_only: z.boolean().optional(),
  geo: z.strictObject({ place_id: z.string() }).optional(),
  made_with_ai: z.boolean().optional(),
  media: z
    .strictObject({
      media_ids: z.array(Id).min(1).max(4),
      tagged_user_ids: z.array(Id).max(10).optional(),
      title: z.string().optional(),
      description: z.string().optional(),
      embeddable: z.boolean().optional(),
      preview_media_id: Id.optional(),
      call_to_actions: z
        .strictObject({
          visit_site: Link.optional(),
          watch_now: Link.optional(),
          app_install: z
            .strictObject({
              app_store_id: z.string().optional(),
              ipad_app_store_id: z.string().optional(),
              play_store_id: z.string().optional(),
            })
            .optional(),
        })
        .optional(),
    })
    .optional(),
  nullcast: z.boolean().optional(),
  paid_partnership: z.boolean().optional(),
  poll: z
    .strictObject({
      options: z.array(z.string().min(1).max(25)).min(2).max(4),
      duration_minutes: z.int().min(5).max(10_080),
      reply_settings: ReplySettings.optional(),
    })
    .optional(),
  quote_tweet_id: Id.optional(),
  reply: z
    .strictObject({
      in_reply_to_tweet_id: Id,
      exclude_reply_user_ids: z.array(z.string()).optional(),
      auto_populate_reply_metadata: z.boolean().optional(),
    })
    .optional(),
  reply_settings: ReplySettings.optional(),
  share_with_followers: z.boolean().optional(),
});
export type CreatePostBody = z.infer<typeof CreatePostBody>;

const EXCLUSIVE = ['media', 'poll', 'quote_tweet_id', 'card_uri', 'direct_message_deep_link'] as const;

/** Checks what the schema cannot express; all of it is X's 400. X does not document the status for two cashtags. */
export function checkPostBody(body: CreatePostBody): void {
  const attached = EXCLUSIVE.filter((name) => body[name] !== undefined);
  if (attached.length > 1)
    refuseInvalid(`Only one of [${attached.join(', ')}] may be given: they are mutually exclusive.`);
  if (body.text.trim() === '' && body.media === undefined) {
    refuseInvalid('text is required unless media is provided.', { text: [body.text] });
  }
  if (hasInvalidCharacters(body.text))
    refuseInvalid('text has characters that are not allowed.', { text: [body.text] });
  if (new Set(cashtagsOf(body.text).map((tag) => tag.toLowerCase())).size > 1) {
    refuseInvalid('A post may have at most one cashtag.', { text: [body.text] });
  }
}
