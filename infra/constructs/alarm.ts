import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

interface AlarmProps {
  metric: IMetric;
  /** It fires when the metric is at least this. */
  threshold: number;
  /** What users lose while it fires. */
  errorImpact: string;
  /** Heading in docs/runbook.md that explains what to do. */
  runbook: string;
  topic: ITopic;
}

/** Creates an alarm that says why it matters and where to read what to do. Missing data is not an error. */
export const alarm = (scope: Construct, id: string, { metric, threshold, errorImpact, runbook, topic }: AlarmProps) => {
  const made = new Alarm(scope, id, {
    metric,
    threshold,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: `${errorImpact} See docs/runbook.md#${runbook}`,
  });
  made.addAlarmAction(new SnsAction(topic));
  return made;
};

/** Alarms evaluate periods of five minutes. */
export const alarmPeriod = Duration.minutes(5);
