import type { Marketer } from '#infra/local/marketer.ts';
import type { Role } from '#shared/permissions.ts';
import { whereIs } from './answers.ts';
import { tableOf } from './stage.ts';

/** Gives a member another role directly in the table, and signs them in again, so that the token has it. */
export const giveRole = async (member: Marketer, role: Role): Promise<void> => {
  const { workspaceId, personId } = await whereIs(member);
  const users = await tableOf('users');
  await users.update(
    { pk: workspaceId, sk: `MEMBER#${personId}` },
    {
      UpdateExpression: 'SET #role = :role',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#role': 'role' },
      ExpressionAttributeValues: { ':role': role },
    },
  );
  await member.signIn();
};

/** Makes a person a member of a colleague's workspace, and switches them to it. */
export const joinWorkspaceOf = async (person: Marketer, colleague: Marketer, role: Role): Promise<void> => {
  const [mine, theirs] = await Promise.all([whereIs(person), whereIs(colleague)]);
  const users = await tableOf('users');
  const membership = await users.get({ pk: mine.workspaceId, sk: `MEMBER#${mine.personId}` });
  const { workspaceId } = theirs;
  if (membership === undefined) throw new Error('A person without a membership');
  await users.put({
    ...membership,
    pk: workspaceId,
    sk: `MEMBER#${mine.personId}`,
    byPersonPk: mine.personId,
    byPersonSk: workspaceId,
    workspaceId,
    role,
  });
  const { subject } = membership;
  await users.update(
    { pk: `PERSON#${String(subject)}`, sk: 'PERSON' },
    {
      UpdateExpression: 'SET workspaceId = :workspace',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':workspace': workspaceId },
    },
  );
  await person.signIn();
};
