import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** The baseline for the functions: reads one item, validates nothing, logs nothing. */
export const handler = async () => {
  const { Item } = await documents.send(
    new GetCommand({ TableName: 'table', Key: { pk: 'READY', sk: 'READY' }, ConsistentRead: true }),
  );
  return { statusCode: 200, body: JSON.stringify(Item ?? {}) };
};
