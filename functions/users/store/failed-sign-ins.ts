import { entityOf } from '#shared/entities.ts';
import type { Page } from '#shared/page.ts';
import type { Key, PageRequest, Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { FailedSignIns, failuresKeptSeconds } from '../domain/failed-sign-in.ts';
import { securityPartition } from './security.ts';

export interface FailedSignInStore {
  /** Counts a failure. `workspaceId`: the person's current workspace; undefined for an address without an account. */
  count(failure: Omit<FailedSignIns, 'attempts'>, workspaceId: string | undefined): Promise<void>;
  /** Failures of people whose current workspace it was at the time, latest hour first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<FailedSignIns>>;
}

/** Partition and prefix of a person's failures in a workspace. */
export const placeOfFailures = (workspaceId: string, personId: string) => ({
  pk: securityPartition(workspaceId),
  prefix: `FAILED#${personId}#`,
});

const timePkOf = (workspaceId: string): string => `${workspaceId}#FAILED_SIGN_INS`;

/** Failures with a workspace are found by time; others by the digest of the address, or by network and time. */
const placeOf = (
  { hour, kind, network, personId, addressDigest }: Omit<FailedSignIns, 'attempts'>,
  workspaceId: string | undefined,
): { key: Key; timePk: string; timeSk: string } => {
  const when = `${hour}#${kind}#${network}`;
  if (workspaceId === undefined || personId === null) {
    const key = { pk: `FAILED_SIGN_INS#${addressDigest}`, sk: when };
    return { key, timePk: `FAILED_SIGN_INS#${network}`, timeSk: `${hour}#${kind}#${addressDigest}` };
  }
  const { pk, prefix } = placeOfFailures(workspaceId, personId);
  return { key: { pk, sk: prefix + when }, timePk: timePkOf(workspaceId), timeSk: `${when}#${personId}` };
};

export const failedSignInStore = (table: Table): FailedSignInStore => ({
  async count(failure, workspaceId) {
    const { key, timePk, timeSk } = placeOf(failure, workspaceId);
    const { hour, kind, network, personId, addressDigest, isLocked } = failure;
    const first = { hour, kind, network, personId, addressDigest, byAuditTimePk: timePk, byAuditTimeSk: timeSk };
    const fields = Object.keys(first);
    await table.update(key, {
      UpdateExpression: `SET attempts = if_not_exists(attempts, :none) + :one, #ttl = :ttl, isLocked = ${
        isLocked ? ':locked' : 'if_not_exists(isLocked, :locked)'
      }, ${fields.map((name) => `#${name} = :${name}`).join(', ')}`,
      ExpressionAttributeNames: {
        '#ttl': 'ttl',
        ...Object.fromEntries(fields.map((name) => [`#${name}`, name])),
      },
      ExpressionAttributeValues: {
        ':none': 0,
        ':one': 1,
        ':locked': isLocked,
        ':ttl': timeToLive(table.now(), failuresKeptSeconds),
        ...Object.fromEntries(Object.entries(first).map(([name, value]) => [`:${name}`, value])),
      },
    });
  },
  list: (workspaceId, page) =>
    table.queryPage(
      {
        IndexName: 'byAuditTime',
        KeyConditionExpression: 'byAuditTimePk = :place',
        ExpressionAttributeValues: { ':place': timePkOf(workspaceId) },
        ScanIndexForward: false,
      },
      page,
      (item) => entityOf(FailedSignIns, item),
    ),
});
