import { assertVersion } from '../../../shared/http/etag.ts';
import { route, type Route } from '../../../shared/http/route.ts';
import { newId } from '../../../shared/ids.ts';
import * as contract from '../contract/media.ts';
import type { Deps } from '../deps.ts';
import { announced, assertDescribable, assertSize, assertUploaded, complete } from '../domain/media.ts';

/** The files that posts carry. What looks into them is loaded when the first one was uploaded. */
export const mediaRoutes = ({ media, mediaFiles, now }: Deps): Route[] => [
  route(contract.createMedia, async ({ body, caller }) => {
    assertSize(body.contentType, body.bytes);
    assertDescribable(body);
    const file = await media.create(
      announced({ id: newId('med', now()), workspaceId: caller.workspaceId, ...body }),
      caller,
    );
    return { media: file, upload: { method: 'PUT' as const, ...(await mediaFiles.uploadTarget(file)) } };
  }),
  route(contract.completeMedia, async ({ path, caller }) => {
    const file = await media.get(caller.workspaceId, path.mediaId);
    if (file.status === 'ready') return file;
    const uploaded = assertUploaded(file, await mediaFiles.open(file));
    const { lookInto } = await import('../media/look-into.ts');
    return media.save(complete(file, uploaded, await lookInto(file, uploaded)), caller);
  }),
  route(contract.getMedia, async ({ path, caller }) => media.get(caller.workspaceId, path.mediaId)),
  route(contract.changeMedia, async ({ path, body, caller, request }) => {
    const file = await media.get(caller.workspaceId, path.mediaId);
    assertVersion(file, request.ifMatch);
    const wanted = [...new Set((body.subtitles ?? []).map(({ mediaId }) => mediaId))];
    const found = await Promise.all(wanted.map((mediaId) => media.find(caller.workspaceId, mediaId)));
    const files = new Map(found.flatMap((each) => (each ? [[each.id, each] as const] : [])));
    const { redescribe } = await import('../domain/redescribe.ts');
    return media.save(redescribe(file, body, files), caller);
  }),
];
