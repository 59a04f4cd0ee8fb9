import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Stage } from '../stages.ts';

/**
 * An index by its name; `byTime` has the keys `byTimePk` and `byTimeSk`. A keys-only index takes a write only when its
 * keys change; the others hold entire items, so every write of an item is also a write to them.
 */
export type TableIndex = string | { name: string; keysOnly: true };

export const nameOf = (index: TableIndex): string => (typeof index === 'string' ? index : index.name);

interface ContextTableProps {
  stage: Stage;
  indexes?: readonly TableIndex[];
}

/**
 * The table of a context: `pk` and `sk`, a stream of old and new images, items with `ttl`. A global table with one
 * replica, so that a second region can be added without a new table.
 */
export class ContextTable extends TableV2 {
  constructor(scope: Construct, id: string, { stage, indexes = [] }: ContextTableProps) {
    const key = (name: string) => ({ name, type: AttributeType.STRING });
    super(scope, id, {
      partitionKey: key('pk'),
      sortKey: key('sk'),
      globalSecondaryIndexes: indexes.map((index) => ({
        indexName: nameOf(index),
        partitionKey: key(`${nameOf(index)}Pk`),
        sortKey: key(`${nameOf(index)}Sk`),
        projectionType: typeof index === 'string' ? ProjectionType.ALL : ProjectionType.KEYS_ONLY,
      })),
      billing: Billing.onDemand(),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryptionV2.awsManagedKey(),
      deletionProtection: stage.deletionProtection,
      removalPolicy: stage.removalPolicy,
    });
  }
}
