import { assertVersion } from '#shared/http/etag.ts';
import { type Caller, type RequestFacts, type Route, route } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import { writePost } from '../writing/write-post.ts';
import * as contract from './contract.ts';
import { assertFillable, fill } from './fill.ts';

/** Routes of templates. */
export const templateRoutes = (deps: Deps): Route[] => {
  const { templates, measure, now } = deps;
  const read = async (caller: Caller, path: { templateId: string }, request: RequestFacts) => {
    const template = await templates.get(caller.workspaceId, path.templateId);
    assertVersion(template, request.ifMatch);
    return template;
  };
  return [
    route(contract.createTemplate, async ({ body, caller }) => {
      assertFillable(body);
      return templates.create({ id: newId('tpl', now()), workspaceId: caller.workspaceId, ...body }, caller);
    }),
    route(contract.listTemplates, async ({ query: { limit, cursor }, caller: { workspaceId } }) =>
      templates.list(workspaceId, {
        limit,
        cursor,
        scope: { operation: contract.listTemplates.id, workspaceId },
      }),
    ),
    route(contract.getTemplate, async ({ path, caller }) => templates.get(caller.workspaceId, path.templateId)),
    route(contract.changeTemplate, async ({ path, body, caller, request }) => {
      const changed = { ...(await read(caller, path, request)), ...body };
      assertFillable(changed);
      return templates.save(changed, caller);
    }),
    route(contract.deleteTemplate, async ({ path, caller, request }) => {
      await templates.delete(await read(caller, path, request));
      return undefined;
    }),
    route(contract.previewTemplate, async ({ path, body, caller }) => {
      const template = await templates.get(caller.workspaceId, path.templateId);
      const parts = fill(template, body.values);
      const measures = await measure(parts.map(({ text }) => text));
      return { parts: parts.map((part, place) => ({ ...part, weightedLength: measures[place]?.weightedLength ?? 0 })) };
    }),
    route(contract.useTemplate, async ({ path, body: { accountId, values, utmFrom }, caller }) => {
      const template = await templates.get(caller.workspaceId, path.templateId);
      const parts = fill(template, values);
      return writePost(deps, caller, { accountId, parts, utmFrom });
    }),
  ];
};
