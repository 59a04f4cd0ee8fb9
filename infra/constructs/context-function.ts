import { Duration } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { builtFolder, type ContextFolder } from '../build/functions.ts';
import { nameIn, type Stage } from '../stages.ts';
import { accept } from './accept.ts';

interface ContextFunctionProps {
  stage: Stage;
  context: ContextFolder;
  environment: Record<string, string>;
  /** Timeout of an invocation; API Gateway allows a request 30 s. */
  timeout?: Duration;
}

/**
 * Returns the name of a context's function, for those that refer to it without its stack (the user pool's triggers).
 */
export const functionName = (stage: Stage, context: ContextFolder): string => nameIn(stage, context);

/** The Lambda function of a context, with a role that by default may only write its logs and traces. */
export class ContextFunction extends Construct {
  readonly function: Function;

  constructor(scope: Construct, id: string, props: ContextFunctionProps) {
    super(scope, id);
    const { stage, context, environment, timeout = Duration.seconds(15) } = props;
    const name = functionName(stage, context);
    const reserved = stage.reservedConcurrency[context];

    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${name}`,
      retention: stage.logRetention,
      removalPolicy: stage.removalPolicy,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    if (stage.tracing) {
      role.addToPrincipalPolicy(
        new PolicyStatement({
          effect: Effect.ALLOW,
          actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
          resources: ['*'],
        }),
      );
      accept(role, 'IAM5', 'Resource::*', 'X-Ray has no resources to name (AWS service authorization reference).');
    }

    this.function = new Function(this, 'Function', {
      functionName: name,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(builtFolder(context)),
      role,
      logGroup,
      timeout,
      memorySize: stage.memoryMb,
      ...(reserved !== undefined && { reservedConcurrentExecutions: reserved }),
      tracing: stage.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: {
        ...environment,
        POWERTOOLS_SERVICE_NAME: context,
        // Identifies the function in every AWS call.
        AWS_SDK_UA_APP_ID: name,
      },
    });
  }
}
