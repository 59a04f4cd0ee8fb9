/** Options of every AWS client. Our own type, so that importing it loads no SDK. */
interface CallLimits {
  requestHandler: { connectionTimeout: number; socketTimeout: number };
}

/**
 * Limits how long a call to AWS may take to connect, and how long the connection may be silent after that. Without
 * these limits the SDK waits until the invocation is killed; with them it abandons the attempt and retries within the
 * invocation.
 *
 * Three seconds is a hundred times what DynamoDB takes, and its four attempts (three for other services) still fit into
 * our shortest timeout, 15 s. Pass a longer `silentSeconds` where AWS can legitimately be silent for longer. It limits
 * silence, not the duration of the call: a large body may take any time, as long as bytes flow.
 */
export const callLimits = (silentSeconds = 3): CallLimits => ({
  requestHandler: { connectionTimeout: 2_000, socketTimeout: silentSeconds * 1000 },
});
