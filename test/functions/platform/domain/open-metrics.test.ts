import { expect, test } from 'vitest';
import { openMetrics } from '#functions/platform/domain/open-metrics.ts';

test('metrics are formatted as OpenMetrics text in base units, terminated by EOF', () => {
  const figures = { requests: 120, clientErrors: 3, serverErrors: 0, averageLatencyMs: 12.5 };
  expect(openMetrics('posts', figures)).toBe(
    [
      '# TYPE xmp_requests gauge',
      '# HELP xmp_requests HTTP requests answered in the last 300 seconds',
      'xmp_requests{context="posts"} 120',
      '# TYPE xmp_client_errors gauge',
      '# HELP xmp_client_errors Responses with a 4xx status in the last 300 seconds',
      'xmp_client_errors{context="posts"} 3',
      '# TYPE xmp_server_errors gauge',
      '# HELP xmp_server_errors Responses with a 5xx status in the last 300 seconds',
      'xmp_server_errors{context="posts"} 0',
      '# TYPE xmp_latency_seconds gauge',
      '# HELP xmp_latency_seconds Average response time in the last 300 seconds',
      'xmp_latency_seconds{context="posts"} 0.0125',
      '# EOF',
      '',
    ].join('\n'),
  );
});

test('when nothing was measured, the counts are zero and the latency has no sample', () => {
  const nothing = { requests: null, clientErrors: null, serverErrors: null, averageLatencyMs: null };
  const lines = openMetrics('users', nothing).split('\n');
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    'xmp_requests{context="users"} 0',
    'xmp_client_errors{context="users"} 0',
    'xmp_server_errors{context="users"} 0',
  ]);
});
