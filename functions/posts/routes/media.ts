import { route, type Route } from '../../../shared/http/route.ts';
import { newId } from '../../../shared/ids.ts';
import * as contract from '../contract/media.ts';
import type { Deps } from '../deps.ts';
import { assertSize, complete } from '../domain/media.ts';

/** The files that posts carry. */
export const mediaRoutes = ({ media, mediaFiles, now }: Deps): Route[] => [
  route(contract.createMedia, async ({ body, caller }) => {
    assertSize(body.contentType, body.bytes);
    const file = await media.create(
      { id: newId('med', now()), workspaceId: caller.workspaceId, status: 'awaiting_upload', etag: null, ...body },
      caller,
    );
    return { media: file, upload: { method: 'PUT' as const, ...(await mediaFiles.uploadTarget(file)) } };
  }),
  route(contract.completeMedia, async ({ path, caller }) => {
    const file = await media.get(caller.workspaceId, path.mediaId);
    if (file.status === 'ready') return file;
    return media.save(complete(file, await mediaFiles.inspect(file)), caller);
  }),
  route(contract.getMedia, async ({ path, caller }) => media.get(caller.workspaceId, path.mediaId)),
];
