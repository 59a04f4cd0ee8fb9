import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Tracer } from '@aws-lambda-powertools/tracer';
import { DomainError } from './errors.ts';
import { maskingReplacer } from './privacy/masking.ts';

/** Logs, metrics and traces of one function. */
export interface Observability {
  logger: Logger;
  /** With the service as the only dimension: a series per workspace or route would cost more than it is worth. */
  metrics: Metrics;
  /** The tracer, if this invocation is sampled. X-Ray's library is loaded with the first sampled one. */
  tracer(): Promise<Tracer | undefined>;
}

/** CloudWatch namespace of all metrics of the platform. */
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

/** Counts security events, and separately those of high severity, which trigger an alarm. */
export const alertCounter = (service: string): ((severity: 'medium' | 'high') => void) => {
  const { metrics } = observe(service);
  return (severity) => {
    metrics.addMetric('SecurityAlerts', MetricUnit.Count, 1);
    metrics.addMetric('HighSecurityAlerts', MetricUnit.Count, severity === 'high' ? 1 : 0);
    metrics.publishStoredMetrics();
  };
};

/**
 * Returns what may be logged of an error: name, code and stack. Messages of libraries can quote their input (tokens,
 * bodies), so only the messages of our own errors are logged.
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
