import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { Context } from 'aws-lambda';
import { DomainError, errorName } from '../errors.ts';
import type { Table } from '../table.ts';
import { daySeconds } from '../time.ts';

/** How long a reply is repeated for the same key: a day, as at Stripe and others. */
const keptSeconds = daySeconds;

interface Keyed {
  key: string;
  /** Whose key it is; two tenants can use the same key. */
  tenant: string;
  operationId: string;
  /** The content and caller of the request; a different request under the same key is refused. */
  asked: Readonly<Record<string, unknown>>;
}

/**
 * Carries out a POST once per `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header). The same request gets the
 * first reply again; another request under the key gets 422, a concurrent one 409. A failed attempt stores nothing and
 * can be repeated.
 */
export const carriedOutOnce = async <Reply>(
  table: Table,
  { key, tenant, operationId, asked }: Keyed,
  lambdaContext: Context,
  carryOut: () => Promise<Reply>,
): Promise<Reply> => {
  const awsSdkV3Client = await table.client();
  const once = makeIdempotent(async (_request: { key: string; asked: unknown }) => carryOut(), {
    persistenceStore: new DynamoDBPersistenceLayer({
      tableName: table.name,
      awsSdkV3Client,
      keyAttr: 'pk',
      sortKeyAttr: 'sk',
      staticPkValue: `${tenant}#IDEMPOTENCY`,
      expiryAttr: 'ttl',
      statusAttr: 'idempotencyStatus',
    }),
    config: new IdempotencyConfig({
      eventKeyJmesPath: 'key',
      payloadValidationJmesPath: 'asked',
      expiresAfterSeconds: keptSeconds,
      hashFunction: 'sha256',
      lambdaContext,
    }),
    keyPrefix: operationId,
  });
  try {
    return await once({ key, asked });
  } catch (error) {
    throw told(error);
  }
};

const told = (error: unknown): unknown => {
  switch (errorName(error)) {
    case 'IdempotencyAlreadyInProgressError':
      return new DomainError(
        'conflict',
        'idempotency_key_in_flight',
        'The first request with this Idempotency-Key is still running. Retry in a moment.',
      );
    case 'IdempotencyValidationError':
      return new DomainError(
        'unprocessable',
        'idempotency_key_reused',
        'This Idempotency-Key was used for a different request. Use a new key for each request.',
      );
    default:
      return error;
  }
};
