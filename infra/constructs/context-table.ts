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

interface ContextTableProps {
  stage: Stage;
  /** Indexes by name; `byTime` has the keys `byTimePk` and `byTimeSk`. */
  indexes?: readonly string[];
}

/**
 * The one table of a context: `pk` and `sk`, a stream of old and new images, items with `ttl`. A global table with one
 * replica, so that a second region is a value later and not another table.
 */
export class ContextTable extends TableV2 {
  constructor(scope: Construct, id: string, { stage, indexes = [] }: ContextTableProps) {
    const key = (name: string) => ({ name, type: AttributeType.STRING });
    super(scope, id, {
      partitionKey: key('pk'),
      sortKey: key('sk'),
      globalSecondaryIndexes: indexes.map((indexName) => ({
        indexName,
        partitionKey: key(`${indexName}Pk`),
        sortKey: key(`${indexName}Sk`),
        projectionType: ProjectionType.ALL,
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
