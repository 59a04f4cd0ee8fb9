import { digestOf } from '#shared/secrets.ts';

/** An address as used in keys. Anyone who knows the address can compute the digest. */
export const addressDigest = (email: string): string => digestOf(email);

const partitionOf = (email: string): string => `ADDRESS#${addressDigest(email)}`;

/** The place in the index by which all that was sent to an address is found, whichever workspace sent it. */
export const addressKeys = (email: string, workspaceId: string, id: string) => ({
  byAddressPk: partitionOf(email),
  byAddressSk: `${workspaceId}#${id}`,
});

/** The query for it: keys alone, of all workspaces. */
export const toAddress = (email: string) => ({
  IndexName: 'byAddress',
  keysOnly: true as const,
  KeyConditionExpression: 'byAddressPk = :address',
  ExpressionAttributeValues: { ':address': partitionOf(email) },
});
