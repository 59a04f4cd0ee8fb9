import { digestOf } from '#shared/secrets.ts';

/** Digest of an address for keys. Anyone who knows the address can compute it. */
export const addressDigest = (email: string): string => digestOf(email);

const partitionOf = (email: string): string => `ADDRESS#${addressDigest(email)}`;

/** Returns index keys by which everything sent to an address is found, in any workspace. */
export const addressKeys = (email: string, workspaceId: string, id: string) => ({
  byAddressPk: partitionOf(email),
  byAddressSk: `${workspaceId}#${id}`,
});

/** Query for everything sent to an address, in all workspaces; keys only. */
export const toAddress = (email: string) => ({
  IndexName: 'byAddress',
  keysOnly: true as const,
  KeyConditionExpression: 'byAddressPk = :address',
  ExpressionAttributeValues: { ':address': partitionOf(email) },
});
