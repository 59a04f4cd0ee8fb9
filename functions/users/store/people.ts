import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion, nextVersion } from '#shared/entities.ts';
import { isNew, type Item, type Key, type Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { knownSeconds, toForget } from '../domain/device.ts';
import {
  type CredentialsChange,
  type EndOfSignIns,
  Person,
  personAuthor,
  type Registration,
} from '../domain/person.ts';
import { Membership, noSuchWorkspace, Workspace } from '../domain/workspace.ts';

export interface PeopleStore {
  /** Finds a person by the identity provider's id for them. */
  find(subject: string): Promise<Person | undefined>;
  /** Writes everything or nothing; false if the person already exists. */
  register(registration: Registration, correlationId: string): Promise<boolean>;
  /**
   * Records a sign-in and trusts its device; undefined if there is no such person, if their sign-ins ended since the
   * given round, or if the device has to be a trusted one and is not.
   */
  noteSignIn(subject: string, on: SignedInOn, correlationId: string): Promise<Person | undefined>;
  /** Trusts a device of a person. */
  trustDevice(subject: string, device: string): Promise<void>;
  noteSignOut(subject: string, correlationId: string): Promise<Person | undefined>;
  /** Ends all sign-ins of a person except the kept one, in one write; undefined if there is no such person. */
  endSignIns(subject: string, end: EndOfSignIns, correlationId: string): Promise<Person | undefined>;
  /** Saves changed credentials of a person; undefined if there is no such person. */
  changeCredentials(subject: string, change: CredentialsChange, correlationId: string): Promise<Person | undefined>;
  findWorkspace(workspaceId: string): Promise<Workspace | undefined>;
  /** @throws DomainError `workspace_not_found`. */
  getWorkspace(workspaceId: string): Promise<Workspace>;
  /** Saves the next version. @throws DomainError `changed_meanwhile` */
  saveWorkspace(workspace: Workspace, author: Author): Promise<Workspace>;
  /** Returns an active or disabled membership; undefined for a person who was never a member or was removed. */
  findMembership(workspaceId: string, personId: string): Promise<Membership | undefined>;
  /** Returns the membership and the workspace in one read. */
  findPlace(workspaceId: string, personId: string): Promise<{ membership?: Membership; workspace?: Workspace }>;
  /** Returns the memberships in all workspaces. Eventually consistent. */
  membershipsOf(personId: string): Promise<Membership[]>;
  /** Like `membershipsOf`, including workspaces that the person left or was removed from. */
  placesOf(personId: string): Promise<Membership[]>;
}

/** Where and when a sign-in happens. */
interface SignedInOn {
  /** Digest of the token of its device. */
  device: string;
  /** In CIDR notation; null: unknown. */
  network: string | null;
  /** The person's `signInRound` when the password was checked. */
  round: number;
  /** Whether the device must be trusted already. */
  mustBeTrusted: boolean;
}

/** Whether a user of the pool has a person. A user without one has no data yet. */
export const isPersonIn =
  (people: Pick<PeopleStore, 'find'>) =>
  async (subject: string): Promise<boolean> =>
    (await people.find(subject)) !== undefined;

export const personKey = (subject: string): Key => ({ pk: `PERSON#${subject}`, sk: 'PERSON' });
export const workspaceKey = (workspaceId: string): Key => ({ pk: workspaceId, sk: 'WORKSPACE' });
export const memberKey = (workspaceId: string, personId: string): Key => ({
  pk: workspaceId,
  sk: `MEMBER#${personId}`,
});

/** A workspace whose deletion is scheduled or in progress is also indexed by when it is due. */
export const workspaceItem = (workspace: Workspace): Item & Key => ({
  ...workspace,
  ...workspaceKey(workspace.workspaceId),
  type: 'workspace',
  ...(workspace.deletionDueAt !== null && {
    byDuePk: 'DELETION',
    byDueSk: `${workspace.deletionDueAt}#${workspace.workspaceId}`,
  }),
});

export const personItem = (person: Person): Item & Key => ({ ...person, ...personKey(person.subject), type: 'person' });

/** A member, also indexed by person. The index includes removed members. */
export const memberItem = (member: Membership): Item & Key => ({
  ...member,
  ...memberKey(member.workspaceId, member.personId),
  type: 'membership',
  byPersonPk: member.personId,
  byPersonSk: member.workspaceId,
});

const registrationItems = ({ person, workspace, membership }: Registration, now: Date, correlationId: string) => {
  const author = personAuthor(person.id, correlationId);
  const first = <N extends { workspaceId: string }>(entity: N) =>
    nextVersion(firstVersion(entity, now, author), now, author);
  return [personItem(first(person)), workspaceItem(first(workspace)), memberItem(first(membership))];
};

/** Expressions that a write of a person adds to its own, with their names and values. */
interface Noted {
  set?: readonly string[];
  onlyIf?: readonly string[];
  names?: Readonly<Record<string, string>>;
  values?: Item;
}

export const peopleStore = (table: Table): PeopleStore => {
  /** A single write without a prior read, so that concurrent sign-ins do not conflict. */
  const note = async (
    changed: Partial<Person>,
    subject: string,
    correlationId: string,
    { set = [], onlyIf = [], names = {}, values = {} }: Noted = {},
  ) => {
    const fields = Object.entries(changed);
    const sets = [...fields.map((_, place) => `#field${place} = :field${place}`), ...set];
    const item = await table.update(personKey(subject), {
      UpdateExpression: `SET ${sets.map((each) => `${each}, `).join('')}updatedAt = :now, #version = #version + :one,
        correlationId = :correlationId, changedBy.#type = :person, changedBy.#id = #id`,
      ConditionExpression: ['#type = :person', ...onlyIf].join(' AND '),
      ExpressionAttributeNames: {
        ...Object.fromEntries(fields.map(([name], place) => [`#field${place}`, name])),
        ...names,
        '#version': 'version',
        '#type': 'type',
        '#id': 'id',
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(fields.map(([, value], place) => [`:field${place}`, value])),
        ...values,
        ':now': table.now().toISOString(),
        ':one': 1,
        ':correlationId': correlationId,
        ':person': 'person',
      },
    });
    return item && entityOf(Person, item);
  };
  const nowSeconds = (): number => timeToLive(table.now(), 0);
  const trustedUntil = (): number => timeToLive(table.now(), knownSeconds);
  /** Changes only the trusted devices, which is no new version of the person. */
  const changeDevices = async (subject: string, change: string, names: Record<string, string>, values: Item = {}) => {
    const item = await table.update(personKey(subject), {
      UpdateExpression: change,
      ConditionExpression: '#type = :person',
      ExpressionAttributeNames: { ...names, '#type': 'type' },
      ExpressionAttributeValues: { ...values, ':person': 'person' },
    });
    return item && entityOf(Person, item);
  };
  const forgetDevices = async ({ subject, devices }: Person, used: string): Promise<void> => {
    const digests = toForget(devices, used, nowSeconds());
    if (digests.length === 0) return;
    const names = digests.map((digest, place): [string, string] => [`#device${place}`, digest]);
    const removed = names.map(([name]) => `devices.${name}`).join(', ');
    await changeDevices(subject, `REMOVE ${removed}`, Object.fromEntries(names));
  };
  const findWorkspace = async (workspaceId: string): Promise<Workspace | undefined> => {
    const item = await table.get(workspaceKey(workspaceId));
    return item && entityOf(Workspace, item);
  };
  const membershipOf = (item: Item | undefined): Membership | undefined => {
    const member = item && entityOf(Membership, item);
    return member?.status === 'removed' ? undefined : member;
  };
  const placesOf = async (personId: string): Promise<Membership[]> => {
    const items = await table.queryAll({
      IndexName: 'byPerson',
      KeyConditionExpression: 'byPersonPk = :person',
      ExpressionAttributeValues: { ':person': personId },
    });
    return items.map((item) => entityOf(Membership, item));
  };
  return {
    async find(subject) {
      const item = await table.get(personKey(subject));
      // An erased person leaves a tombstone, which is of another type.
      return item?.type === 'person' ? entityOf(Person, item) : undefined;
    },
    async register(registration, correlationId) {
      const items = registrationItems(registration, table.now(), correlationId);
      return table.transact(items.map((put) => ({ put, condition: isNew })));
    },
    async noteSignIn(subject, { device, network, round, mustBeTrusted }, correlationId) {
      const signedIn = { lastSignInAt: table.now().toISOString(), lastNetwork: network };
      const person = await note(signedIn, subject, correlationId, {
        set: ['devices.#device = :trustedUntil'],
        onlyIf: ['signInRound = :round', ...(mustBeTrusted ? ['devices.#device > :nowSeconds'] : [])],
        names: { '#device': device },
        values: {
          ':trustedUntil': trustedUntil(),
          ':round': round,
          ...(mustBeTrusted && { ':nowSeconds': nowSeconds() }),
        },
      });
      if (person) await forgetDevices(person, device);
      return person;
    },
    async trustDevice(subject, device) {
      const set = 'SET devices.#device = :trustedUntil';
      const person = await changeDevices(subject, set, { '#device': device }, { ':trustedUntil': trustedUntil() });
      if (person) await forgetDevices(person, device);
    },
    noteSignOut: (subject, correlationId) => note({ lastSignOutAt: table.now().toISOString() }, subject, correlationId),
    endSignIns: (subject, { why, kept, ...change }, correlationId) => {
      const end = { keptSignIn: kept, signInsEndedAt: table.now().toISOString(), signInsEndedFor: why };
      return note({ ...change, ...end }, subject, correlationId, {
        set: ['signInRound = if_not_exists(signInRound, :none) + :one'],
        values: { ':none': 0 },
      });
    },
    changeCredentials: (subject, change, correlationId) => note(change, subject, correlationId),
    findWorkspace,
    async getWorkspace(workspaceId) {
      const workspace = await findWorkspace(workspaceId);
      if (!workspace) throw noSuchWorkspace();
      return workspace;
    },
    saveWorkspace: entityWriter(table, workspaceItem),
    async findMembership(workspaceId, personId) {
      return membershipOf(await table.get(memberKey(workspaceId, personId)));
    },
    async findPlace(workspaceId, personId) {
      const keys = [memberKey(workspaceId, personId), workspaceKey(workspaceId)];
      const items = await table.getAll(keys);
      const [member, workspace] = keys.map(({ sk }) => items.find((item) => item.sk === sk));
      const membership = membershipOf(member);
      return { ...(membership && { membership }), ...(workspace && { workspace: entityOf(Workspace, workspace) }) };
    },
    membershipsOf: async (personId) => (await placesOf(personId)).filter(({ status }) => status !== 'removed'),
    placesOf,
  };
};
