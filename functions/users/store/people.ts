import type { Author } from '../../../shared/actor.ts';
import {
  entityOf,
  entityWriter,
  firstVersion,
  isNew,
  nextVersion,
  type Item,
  type Key,
  type Table,
} from '../../../shared/dynamo.ts';
import { notFound } from '../../../shared/errors.ts';
import { Person, type Registration } from '../domain/person.ts';
import { Membership, Workspace } from '../domain/workspace.ts';

export interface PeopleStore {
  /** The person whom the identity provider calls `subject`. */
  find(subject: string): Promise<Person | undefined>;
  /** Writes all of it, or nothing: false when the person is there already. */
  register(registration: Registration, correlationId: string): Promise<boolean>;
  /** Takes down that the person signed in just now; undefined when there is no such person. */
  noteSignIn(subject: string, correlationId: string): Promise<Person | undefined>;
  noteSignOut(subject: string, correlationId: string): Promise<Person | undefined>;
  findWorkspace(workspaceId: string): Promise<Workspace | undefined>;
  /** @throws DomainError `workspace_not_found`. */
  getWorkspace(workspaceId: string): Promise<Workspace>;
  /** Writes the next version. @throws DomainError `changed_meanwhile` when somebody else wrote since it was read. */
  saveWorkspace(workspace: Workspace, author: Author): Promise<Workspace>;
  findMembership(workspaceId: string, personId: string): Promise<Membership | undefined>;
  /** In every workspace. A membership may take a moment to show here. */
  membershipsOf(personId: string): Promise<Membership[]>;
}

const personKey = (subject: string): Key => ({ pk: `PERSON#${subject}`, sk: 'PERSON' });
const workspaceKey = (workspaceId: string): Key => ({ pk: workspaceId, sk: 'WORKSPACE' });
const memberKey = (workspaceId: string, personId: string): Key => ({ pk: workspaceId, sk: `MEMBER#${personId}` });

const workspaceItem = (workspace: Workspace): Item & Key => ({
  ...workspace,
  ...workspaceKey(workspace.workspaceId),
  type: 'workspace',
});

const registrationItems = ({ person, workspace, membership }: Registration, now: Date, correlationId: string) => {
  const author: Author = { actor: { type: 'person', id: person.id }, correlationId };
  const first = <N extends { workspaceId: string }>(entity: N) =>
    nextVersion(firstVersion(entity, now, author), now, author);
  return [
    { ...first(person), ...personKey(person.subject), type: 'person' },
    workspaceItem(first(workspace)),
    {
      ...first(membership),
      ...memberKey(membership.workspaceId, membership.personId),
      type: 'membership',
      byPersonPk: membership.personId,
      byPersonSk: membership.workspaceId,
    },
  ];
};

export const peopleStore = (table: Table): PeopleStore => {
  /** One write without a read before it: signing in twice at the same time is no conflict. */
  const note = async (field: 'lastSignInAt' | 'lastSignOutAt', subject: string, correlationId: string) => {
    const item = await table.update(personKey(subject), {
      UpdateExpression: `SET #field = :now, updatedAt = :now, #version = #version + :one,
        correlationId = :correlationId, changedBy.#type = :person, changedBy.#id = #id`,
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#field': field, '#version': 'version', '#type': 'type', '#id': 'id' },
      ExpressionAttributeValues: {
        ':now': table.now().toISOString(),
        ':one': 1,
        ':correlationId': correlationId,
        ':person': 'person',
      },
    });
    return item && entityOf(Person, item);
  };
  const findWorkspace = async (workspaceId: string): Promise<Workspace | undefined> => {
    const item = await table.get(workspaceKey(workspaceId));
    return item && entityOf(Workspace, item);
  };
  return {
    async find(subject) {
      const item = await table.get(personKey(subject));
      return item && entityOf(Person, item);
    },
    async register(registration, correlationId) {
      const items = registrationItems(registration, table.now(), correlationId);
      return table.transact(items.map((put) => ({ put, condition: isNew })));
    },
    noteSignIn: (subject, correlationId) => note('lastSignInAt', subject, correlationId),
    noteSignOut: (subject, correlationId) => note('lastSignOutAt', subject, correlationId),
    findWorkspace,
    async getWorkspace(workspaceId) {
      const workspace = await findWorkspace(workspaceId);
      if (!workspace) throw notFound('workspace');
      return workspace;
    },
    saveWorkspace: entityWriter(table, workspaceItem),
    async findMembership(workspaceId, personId) {
      const item = await table.get(memberKey(workspaceId, personId));
      return item && entityOf(Membership, item);
    },
    async membershipsOf(personId) {
      const items = await table.queryAll({
        IndexName: 'byPerson',
        KeyConditionExpression: 'byPersonPk = :person',
        ExpressionAttributeValues: { ':person': personId },
      });
      return items.map((item) => entityOf(Membership, item));
    },
  };
};
