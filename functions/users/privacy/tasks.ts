import * as z from 'zod';
import { PersonExportId, PersonId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { Upload } from '../ports/multipart.ts';
import { tasks as names } from '../task-names.ts';
import { erasePerson, leaveWorkspaces } from './erase-person.ts';
import { archivePerson, beginPersonExport, giveUpPersonExport } from './export-archive.ts';

const ofPersonExport = { workspaceId: WorkspaceId, personId: PersonId, exportId: PersonExportId };
const Share = z.object({ workspaceId: WorkspaceId }).catchall(z.object({ parts: z.int().min(0) }));
const onPerson = { workspaceId: WorkspaceId, personId: PersonId };

/** Tasks of personal data exports and erasure. */
export const privacyTasks = (deps: Deps): Task[] => [
  task(names.beginPersonExport, z.object(ofPersonExport), async (input, origin) =>
    beginPersonExport(deps, input, origin),
  ),
  task(
    names.archivePerson,
    z.object({ ...ofPersonExport, shares: z.array(Share), upload: Upload.nullable() }),
    async (input, origin) => archivePerson(deps, input, origin),
  ),
  task(names.giveUpPersonExport, z.object(ofPersonExport), async (input, origin) =>
    giveUpPersonExport(deps, input, origin),
  ),
  task(names.leaveWorkspaces, z.object(onPerson), async (whom, origin) => leaveWorkspaces(deps, whom, origin)),
  task(names.erasePerson, z.object({ ...onPerson, connections: z.int().min(0) }), async (whom, origin) =>
    erasePerson(deps, whom, origin),
  ),
];
