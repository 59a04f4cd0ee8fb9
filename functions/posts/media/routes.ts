import { isDeepStrictEqual } from 'node:util';
import { assertVersion } from '#shared/http/etag.ts';
import { type Route, route } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { timeToLive } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { announced, assertDescribable, assertSize, assertUploaded, complete, uploadSeconds } from '../domain/media.ts';
import { mayReschedule } from '../may-change.ts';
import * as contract from './contract.ts';
import { describedBy, redescribe } from './describe.ts';
import { noteUse } from './note-use.ts';
import { postsToGuard } from './posts-to-guard.ts';
import { removeUnused } from './remove.ts';

/** Routes of media files. The code that inspects them is loaded when the first upload is completed. */
export const mediaRoutes = (deps: Deps): Route[] => {
  const { media, mediaFiles, mediaQuota, now } = deps;
  return [
    route(contract.createMedia, async ({ body, caller }) => {
      assertSize(body.contentType, body.bytes);
      assertDescribable(body);
      const said = { id: newId('med', now()), workspaceId: caller.workspaceId, ...body };
      const file = await media.create(announced(said, timeToLive(now(), uploadSeconds)), caller);
      return { media: file, upload: { method: 'PUT' as const, ...(await mediaFiles.uploadTarget(file)) } };
    }),
    route(contract.listMedia, async ({ query: { limit, cursor }, caller: { workspaceId } }) =>
      media.list(workspaceId, { limit, cursor, scope: { operation: contract.listMedia.id, workspaceId } }),
    ),
    route(contract.getMediaUsage, async ({ caller }) => {
      const { takenBytes: usedBytes, keptFiles: files, openUploads } = await media.usage(caller.workspaceId);
      return { usedBytes, limitBytes: mediaQuota.bytes, files, openUploads, mostOpenUploads: mediaQuota.uploads };
    }),
    route(contract.completeMedia, async ({ path, caller }) => {
      const file = await media.get(caller.workspaceId, path.mediaId);
      if (file.status === 'ready') return file;
      const uploaded = assertUploaded(file, await mediaFiles.open(file));
      const { inspect: lookInto } = await import('./inspect/inspect.ts');
      const ready = complete(file, uploaded, await lookInto(file, uploaded));
      return media.keep({ ...ready, etag: await mediaFiles.keep(file, uploaded.etag) }, caller);
    }),
    route(contract.getMedia, async ({ path, caller }) => media.get(caller.workspaceId, path.mediaId)),
    route(contract.changeMedia, async ({ path, body, caller, request }) => {
      const file = await media.get(caller.workspaceId, path.mediaId);
      assertVersion(file, request.ifMatch);
      const wanted = [...new Set((body.subtitles ?? []).map(({ mediaId }) => mediaId))];
      await noteUse(deps, caller.workspaceId, file.id, wanted);
      const found = await Promise.all(wanted.map((mediaId) => media.find(caller.workspaceId, mediaId)));
      const files = new Map(found.flatMap((each) => (each ? [[each.id, each] as const] : [])));
      const guarded = await postsToGuard(deps, caller, file);
      const changed = redescribe(file, body, files);
      if (isDeepStrictEqual(changed, file)) return file;
      return media.save(describedBy(changed, caller.people, mayReschedule(caller), now()), caller, guarded);
    }),
    route(contract.deleteMedia, async ({ path, caller, request }) => {
      const file = await media.get(caller.workspaceId, path.mediaId);
      assertVersion(file, request.ifMatch);
      await removeUnused(deps, file, caller);
      return undefined;
    }),
  ];
};
