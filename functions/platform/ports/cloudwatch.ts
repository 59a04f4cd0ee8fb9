import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { callLimits } from '#shared/aws-client.ts';
import type { ContextName } from '#shared/contexts.ts';
import { metricNamespace } from '#shared/observability.ts';
import { type Figures, windowSeconds } from '../domain/open-metrics.ts';

/** Reads a context's figures of the last five minutes from CloudWatch. */
export const readFigures = async (context: ContextName, now: Date): Promise<Figures> => {
  const query = (Id: string, MetricName: string, Stat: 'Sum' | 'Average') => ({
    Id,
    MetricStat: {
      Metric: { Namespace: metricNamespace, MetricName, Dimensions: [{ Name: 'service', Value: context }] },
      Period: windowSeconds,
      Stat,
    },
  });
  const answer = await new CloudWatchClient(callLimits()).send(
    new GetMetricDataCommand({
      StartTime: new Date(now.getTime() - windowSeconds * 1000),
      EndTime: now,
      MetricDataQueries: [
        query('requests', 'Requests', 'Sum'),
        query('clientErrors', 'ClientErrors', 'Sum'),
        query('serverErrors', 'ServerErrors', 'Sum'),
        query('latency', 'Latency', 'Average'),
      ],
    }),
  );
  // A window that does not start on a period boundary spans two periods, newest first.
  const values = (id: string) => answer.MetricDataResults?.find(({ Id }) => Id === id)?.Values ?? [];
  const sum = (id: string) => (values(id).length === 0 ? null : values(id).reduce((total, each) => total + each, 0));
  return {
    requests: sum('requests'),
    clientErrors: sum('clientErrors'),
    serverErrors: sum('serverErrors'),
    averageLatencyMs: values('latency')[0] ?? null,
  };
};
