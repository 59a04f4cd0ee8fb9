import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, DynamoDBStreamEvent } from 'aws-lambda';

const sqs = new SQSClient({});

/** Answers a request; sends a greeting for each new item of the table's stream. */
export async function handler(event: APIGatewayProxyEventV2 | DynamoDBStreamEvent): Promise<unknown> {
  if (!('Records' in event)) return { status: 'ok' };
  for (const { dynamodb } of event.Records) {
    const MessageBody = `${process.env['GREETING'] ?? ''} ${dynamodb?.Keys?.['id']?.S ?? ''}`;
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env['INBOX_URL'], MessageBody }));
  }
  return undefined;
}
