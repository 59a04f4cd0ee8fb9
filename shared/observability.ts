import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Tracer } from '@aws-lambda-powertools/tracer';
import { DomainError } from './errors.ts';
import { maskingReplacer } from './privacy/masking.ts';

/** Logs, metrics and traces of one function. */
export interface Observability {
  logger: Logger;
  /** One dimension only, the service: a series per workspace or route would cost more than it tells. */
  metrics: Metrics;
  /** The tracer when this invocation is sampled. X-Ray's library is loaded at the first sampled one. */
  tracer(): Promise<Tracer | undefined>;
}

/** CloudWatch's namespace of every metric of the platform. */
export const metricNamespace = 'XMarketingPlatform';

export const observe = (service: string): Observability => {
  let loaded: Promise<Tracer> | undefined;
  return {
    logger: new Logger({ serviceName: service, jsonReplacerFn: maskingReplacer() }),
    metrics: new Metrics({ namespace: metricNamespace, serviceName: service }),
    async tracer() {
      if (!process.env._X_AMZN_TRACE_ID?.includes('Sampled=1')) return undefined;
      loaded ??= import('@aws-lambda-powertools/tracer').then(({ Tracer }) => new Tracer({ serviceName: service }));
      return loaded;
    },
  };
};

/** Counts security events, the high ones once more by themselves: those ring an alarm. */
export const alertCounter = (service: string): ((severity: 'medium' | 'high') => void) => {
  const { metrics } = observe(service);
  return (severity) => {
    metrics.addMetric('SecurityAlerts', MetricUnit.Count, 1);
    metrics.addMetric('HighSecurityAlerts', MetricUnit.Count, severity === 'high' ? 1 : 0);
    metrics.publishStoredMetrics();
  };
};

/**
 * What may be logged of an error: its name, code and place. Messages of libraries can quote what they were given
 * (tokens, bodies), so only our own errors' messages are written.
 */
export const loggable = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { name: typeof error };
  return {
    name: error.name,
    ...(error instanceof DomainError && { code: error.code, message: error.message }),
    stack: error.stack?.split('\n').filter((line) => line.startsWith('    at ')),
    ...(error.cause !== undefined && { cause: loggable(error.cause) }),
  };
};

export { MetricUnit };
