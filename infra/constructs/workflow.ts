import { Duration, Stack } from 'aws-cdk-lib';
import { type IEventBus, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { EventDefinition } from '#shared/events/event.ts';
import { nameIn, type Stage } from '../stages.ts';
import type { StateMachineDefinition } from '../workflows/task.ts';
import { accept } from './accept.ts';
import { alarm, alarmPeriod } from './alarm.ts';

interface WorkflowProps {
  stage: Stage;
  /** Its name in the stage, as in `infra/workflows/`. */
  name: string;
  definition: StateMachineDefinition;
  /** The functions whose tasks it calls; it may call no other. */
  functions: readonly IFunction[];
  bus: IEventBus;
  /** Each of these events starts an execution, with the event's detail as its input. */
  startedBy: readonly EventDefinition[];
  alarmTopic: ITopic;
  /** What users lose when an execution fails. */
  errorImpact: string;
}

/** A Standard workflow with its log, the rule that starts it, and the alarm when an execution fails. */
export class Workflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const { stage, name, definition, functions, bus, startedBy, alarmTopic, errorImpact } = props;
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: nameIn(stage, name),
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
      tracingEnabled: stage.tracing,
      logs: {
        // Errors alone, without the data: what is planned to be published is nobody's to read in a log.
        level: LogLevel.ERROR,
        includeExecutionData: false,
        destination: new LogGroup(this, 'Logs', {
          logGroupName: `/aws/vendedlogs/states/${nameIn(stage, name)}`,
          retention: stage.logRetention,
          removalPolicy: stage.removalPolicy,
        }),
      },
      removalPolicy: stage.removalPolicy,
    });
    // The functions as they are, not every version of them, which grantInvoke would allow.
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: functions.map(({ functionArn }) => functionArn),
      }),
    );
    accept(
      this.stateMachine,
      'SF1',
      undefined,
      'Step Functions itself keeps the history of each execution for 90 days.',
    );
    accept(
      this.stateMachine.role,
      'IAM5',
      'Resource::*',
      'Log deliveries and traces have no resources to name (AWS Step Functions: logging, X-Ray).',
    );
    if (!stage.tracing) accept(this.stateMachine, 'SF2', undefined, 'Nothing takes traces in this stage.');
    this.startOn(bus, startedBy);

    alarm(this, 'FailuresAlarm', {
      metric: this.stateMachine.metricFailed({ period: alarmPeriod }),
      threshold: 1,
      errorImpact,
      runbook: 'a-workflow-fails',
      topic: alarmTopic,
    });
  }

  private startOn(bus: IEventBus, events: readonly EventDefinition[]): void {
    if (events.length === 0) return;
    const notStarted = new Queue(this, 'NotStarted', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    accept(notStarted, 'SQS3', undefined, 'It is the dead-letter queue of the rule.');
    new Rule(this, 'Start', {
      eventBus: bus,
      eventPattern: {
        source: [...new Set(events.map(({ source }) => source))],
        detailType: events.map(({ type }) => type),
      },
      targets: [
        new SfnStateMachine(this.stateMachine, {
          input: RuleTargetInput.fromEventPath('$.detail'),
          deadLetterQueue: notStarted,
        }),
      ],
    });
  }
}
