import { Stack } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import type { PrivateBucket } from './private-bucket.ts';

interface ParquetTableProps {
  bucket: PrivateBucket;
  /** Prefix of all files, such as `readings/`. */
  prefix: string;
  database: string;
  table: string;
  description: string;
  columns: Readonly<Record<string, 'STRING' | 'INT64' | 'TIMESTAMP'>>;
  /** Names of the partitions by tenant and UTC day, in this order (`tenant=…/day=…/`). */
  partitions: readonly [tenant: string, day: string];
  /** The first day for which files can exist. */
  firstDay: string;
}

/** Athena's names of Parquet types (AWS Athena: data types). */
const typeNames = { STRING: 'string', INT64: 'bigint', TIMESTAMP: 'timestamp' } as const;

const formats = 'org.apache.hadoop.hive.ql.io.parquet';

/**
 * Parquet files as a table for Athena. Partitions are projected (AWS Athena: partition projection), so that no crawler
 * is needed. A query must name one tenant; days are looked up from `firstDay` to now.
 */
export class ParquetTable extends Construct {
  constructor(scope: Construct, id: string, props: ParquetTableProps) {
    super(scope, id);
    const { bucket, prefix, database: name, table, description, columns, partitions, firstDay } = props;
    const [tenant, day] = partitions;
    const catalogId = Stack.of(this).account;
    const location = bucket.s3UrlForObject(prefix);
    const database = new CfnDatabase(this, 'Database', { catalogId, databaseInput: { name } });
    new CfnTable(this, 'Table', {
      catalogId,
      databaseName: name,
      tableInput: {
        name: table,
        description,
        tableType: 'EXTERNAL_TABLE',
        parameters: {
          classification: 'parquet',
          'projection.enabled': 'true',
          [`projection.${tenant}.type`]: 'injected',
          [`projection.${day}.type`]: 'date',
          [`projection.${day}.format`]: 'yyyy-MM-dd',
          [`projection.${day}.range`]: `${firstDay},NOW`,
          'storage.location.template': `${location}${tenant}=\${${tenant}}/${day}=\${${day}}/`,
        },
        partitionKeys: [
          { name: tenant, type: 'string' },
          { name: day, type: 'string' },
        ],
        storageDescriptor: {
          location,
          columns: Object.entries(columns).map(([column, type]) => ({ name: column, type: typeNames[type] })),
          inputFormat: `${formats}.MapredParquetInputFormat`,
          outputFormat: `${formats}.MapredParquetOutputFormat`,
          serdeInfo: { serializationLibrary: `${formats}.serde.ParquetHiveSerDe` },
        },
      },
    }).addResourceDependency(database);
  }
}
