import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { AttributeType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Code, Function as LambdaFunction, Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { buildSync } from 'esbuild';
import * as z from 'zod';

// The platform's kinds of resources and outputs in two stacks that deploy quickly, to test deploy.ts and stage.ts.
// `-c broken=true` adds a resource that CloudFormation rejects.
const app = new App();
const env = { account: '000000000000', region: 'us-east-1' };

const bundle = mkdtempSync(join(tmpdir(), 'tiny-app-'));
buildSync({
  entryPoints: [join(import.meta.dirname, 'function.ts')],
  outfile: join(bundle, 'index.js'),
  bundle: true,
  platform: 'node',
});

const messaging = new Stack(app, 'messaging', { env });
const bus = new EventBus(messaging, 'Bus');
bus.archive('Archive', { eventPattern: { source: ['things'] } });
new CfnOutput(messaging, 'BusName', { value: bus.eventBusName });

const context = new Stack(app, 'things', { env });
const table = new Table(context, 'Table', {
  partitionKey: { name: 'id', type: AttributeType.STRING },
  stream: StreamViewType.NEW_IMAGE,
  removalPolicy: RemovalPolicy.DESTROY,
});
const inbox = new Queue(context, 'Inbox');
const handler = new LambdaFunction(context, 'Function', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromAsset(bundle),
  timeout: Duration.seconds(10),
  environment: { INBOX_URL: inbox.queueUrl, GREETING: String(app.node.tryGetContext('greeting')) },
});
handler.addEventSource(new DynamoEventSource(table, { startingPosition: StartingPosition.TRIM_HORIZON }));
inbox.grantSendMessages(handler);
if (app.node.tryGetContext('broken') === 'true') {
  new CfnResource(context, 'Broken', { type: 'AWS::Chatbot::CustomAction' });
}
new CfnOutput(context, 'TableName', { value: table.tableName });
new CfnOutput(context, 'InboxUrl', { value: inbox.queueUrl });

const local: unknown = app.node.tryGetContext('local');
if (typeof local === 'string') {
  const { awsEndpointUrl } = z.object({ awsEndpointUrl: z.url() }).parse(JSON.parse(local));
  const api = new HttpApi(context, 'Api');
  const integration = new HttpLambdaIntegration('Health', handler);
  api.addRoutes({ path: '/v1/health', methods: [HttpMethod.GET], integration });
  new CfnOutput(context, 'ApiUrl', { value: `${awsEndpointUrl}/_aws/execute-api/${api.apiId}/$default` });
  const people = new UserPool(context, 'People');
  new CfnOutput(context, 'UserPoolId', { value: people.userPoolId });
  new CfnOutput(context, 'UserPoolClientId', { value: people.addClient('Client').userPoolClientId });
  const generateSecretString = {
    secretStringTemplate: '{"clientId":"","clientSecret":""}',
    generateStringKey: 'vaultKey',
  };
  const secret = new Secret(context, 'XApp', { generateSecretString });
  new CfnOutput(context, 'XSecretArn', { value: secret.secretArn });
}

app.synth();
rmSync(bundle, { recursive: true });
