import * as z from 'zod';
import { requireOwn } from './media-rules.ts';
import { jsonBody, type Operation, type Outcome, userOf } from './operation.ts';
import { refuseInvalid } from './problems.ts';

const SCOPES = ['media.write'];
const Id = z.string().regex(/^[0-9]{1,19}$/);

const MetadataBody = z.object({
  id: Id,
  metadata: z.object({ alt_text: z.object({ text: z.string().max(1000) }).optional() }).optional(),
});

/** Sets the alt text; other metadata is accepted but not stored. */
export const createMediaMetadata: Operation = {
  id: 'createMediaMetadata',
  method: 'POST',
  path: '/2/media/metadata',
  auth: 'user',
  scopes: SCOPES,
  async handle(world, call): Promise<Outcome> {
    const body = jsonBody(call, MetadataBody);
    const media = requireOwn(world, userOf(call), body.id);
    if (media.finalizedAt === undefined) refuseInvalid('The upload is not finalized.', { id: [media.id] });
    const alt = body.metadata?.alt_text;
    if (alt) media.altText = alt.text;
    const associated_metadata = { ...(alt && { alt_text: alt }) };
    return { status: 200, body: { data: { id: media.id, associated_metadata } }, charges: [{ kind: 'mediaMetadata' }] };
  },
};

const SubtitlesBody = z.object({
  id: Id,
  media_category: z.enum(['AmplifyVideo', 'TweetVideo']),
  subtitles: z.object({ id: Id, language_code: z.string().regex(/^[A-Z]{2}$/), display_name: z.string().optional() }),
});

export const createMediaSubtitles: Operation = {
  id: 'createMediaSubtitles',
  method: 'POST',
  path: '/2/media/subtitles',
  auth: 'user',
  scopes: SCOPES,
  async handle(world, call): Promise<Outcome> {
    const user = userOf(call);
    const { id, media_category, subtitles } = jsonBody(call, SubtitlesBody);
    const media = requireOwn(world, user, id);
    const text = requireOwn(world, user, subtitles.id);
    if (media.kind !== 'video' || text.kind !== 'subtitles')
      refuseInvalid('Subtitles belong to a video.', { id: [id] });
    const others = media.subtitles.filter((track) => track.language !== subtitles.language_code);
    const name = subtitles.display_name;
    media.subtitles = [
      ...others,
      { mediaId: text.id, language: subtitles.language_code, ...(name !== undefined && { name }) },
    ];
    const data = { id, media_category, associated_subtitles: { subtitles: [subtitles] } };
    return { status: 200, body: { data }, charges: [{ kind: 'mediaMetadata' }] };
  },
};

const DeleteSubtitlesBody = z.object({
  id: Id,
  media_category: z.enum(['AmplifyVideo', 'TweetVideo']),
  language_code: z.string().regex(/^[A-Z]{2}$/),
});

export const deleteMediaSubtitles: Operation = {
  id: 'deleteMediaSubtitles',
  method: 'DELETE',
  path: '/2/media/subtitles',
  auth: 'user',
  scopes: SCOPES,
  async handle(world, call): Promise<Outcome> {
    const { id, language_code } = jsonBody(call, DeleteSubtitlesBody);
    const media = requireOwn(world, userOf(call), id);
    media.subtitles = media.subtitles.filter((track) => track.language !== language_code);
    return { status: 200, body: { data: { deleted: true } }, charges: [{ kind: 'mediaMetadata' }] };
  },
};
