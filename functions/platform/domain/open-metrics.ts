/** Sums and averages over the window; null: not measured. */
export interface Figures {
  requests: number | null;
  clientErrors: number | null;
  serverErrors: number | null;
  averageLatencyMs: number | null;
}

/** Length of the window, in seconds. */
export const windowSeconds = 300;

const metrics = [
  { name: 'xmp_requests', help: 'HTTP requests answered', value: (figures: Figures) => figures.requests ?? 0 },
  {
    name: 'xmp_client_errors',
    help: 'Responses with a 4xx status',
    value: (figures: Figures) => figures.clientErrors ?? 0,
  },
  {
    name: 'xmp_server_errors',
    help: 'Responses with a 5xx status',
    value: (figures: Figures) => figures.serverErrors ?? 0,
  },
  {
    name: 'xmp_latency_seconds',
    help: 'Average response time',
    value: (figures: Figures) => (figures.averageLatencyMs === null ? null : figures.averageLatencyMs / 1000),
  },
] as const;

/** Renders the figures of a context as OpenMetrics gauges (github.com/prometheus/OpenMetrics, version 1.0.0). */
export const openMetrics = (context: string, figures: Figures): string => {
  const lines = metrics.flatMap(({ name, help, value }) => {
    const measured = value(figures);
    return [
      `# TYPE ${name} gauge`,
      `# HELP ${name} ${help} in the last ${windowSeconds} seconds`,
      ...(measured === null ? [] : [`${name}{context="${context}"} ${measured}`]),
    ];
  });
  return [...lines, '# EOF', ''].join('\n');
};
