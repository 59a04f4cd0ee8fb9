import { type Duration, Stack } from 'aws-cdk-lib';
import { type CfnRule, type IEventBus, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { EventDefinition } from '#shared/events/event.ts';
import { nameIn, type Stage } from '../stages.ts';
import { calledFunctions, type StateMachineDefinition } from '../workflows/task.ts';
import { accept } from './accept.ts';
import { alarm, alarmPeriod } from './alarm.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';

interface WorkflowProps {
  stage: Stage;
  /** Name within the stage, as in `infra/workflows/`. */
  name: string;
  /** It may call only the functions whose tasks it contains. */
  definition: StateMachineDefinition;
  bus: IEventBus;
  /** Each of these events starts an execution, with the event's detail as input. */
  startedBy?: readonly EventDefinition[];
  /** Interval at which a schedule starts an execution, with `{}` as input. */
  every?: Duration;
  alarmTopic: ITopic;
  /** What users lose when an execution fails. */
  errorImpact: string;
}

/** A Standard workflow with its log, the rule or schedule that starts it, and an alarm for failed executions. */
export class Workflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const { stage, name, definition, bus, startedBy = [], every, alarmTopic, errorImpact } = props;
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: nameIn(stage, name),
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
      tracingEnabled: stage.tracing,
      logs: {
        // Errors only and without data: the content of planned posts must not be readable in a log.
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
    // Only the functions themselves; grantInvoke would also allow all their versions.
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: calledFunctions(definition) }),
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
    this.startOn(bus, startedBy, { errorImpact, topic: alarmTopic });
    if (every) this.startEvery(every);

    alarm(this, 'FailuresAlarm', {
      metric: this.stateMachine.metricFailed({ period: alarmPeriod }),
      threshold: 1,
      errorImpact,
      runbook: 'a-workflow-fails',
      topic: alarmTopic,
    });
  }

  private startOn(
    bus: IEventBus,
    events: readonly EventDefinition[],
    alarmed: { errorImpact: string; topic: ITopic },
  ): void {
    if (events.length === 0) return;
    const rule = new Rule(this, 'Start', {
      eventBus: bus,
      eventPattern: {
        source: [...new Set(events.map(({ source }) => source))],
        detailType: events.map(({ type }) => type),
      },
      targets: [
        new SfnStateMachine(this.stateMachine, {
          input: RuleTargetInput.fromEventPath('$.detail'),
          deadLetterQueue: new DeadLetterQueue(this, 'NotStarted', {
            ...alarmed,
            runbook: 'a-workflow-was-not-started',
          }),
        }),
      ],
    });
    // Replayed events start nothing. CDK does not support this field of replayed events (AWS: replays).
    (rule.node.defaultChild as CfnRule).addPropertyOverride('EventPattern.replay-name', [{ exists: false }]);
  }

  private startEvery(interval: Duration): void {
    new Schedule(this, 'Schedule', {
      schedule: ScheduleExpression.rate(interval),
      target: new StepFunctionsStartExecution(this.stateMachine, { input: ScheduleTargetInput.fromObject({}) }),
    });
  }
}
