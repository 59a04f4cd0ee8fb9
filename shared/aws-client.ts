/** What every AWS client is made with; a type of ours, so that importing it loads no SDK. */
interface CallLimits {
  requestHandler: { connectionTimeout: number; socketTimeout: number };
}

/**
 * How long a call to AWS may take to connect, and how long it may hear nothing after that. Without these limits the SDK
 * waits until the invocation is killed; with them it gives the try up and makes the next one itself, within the invocation.
 *
 * Three seconds are a hundred times what DynamoDB takes, and its four tries (three for other services) still fit into
 * our shortest invocation, 15 s. `silentSeconds` is longer where AWS may rightly say nothing for longer. It limits
 * silence and not the whole call: a large body takes the time that it takes, as long as bytes flow.
 */
export const callLimits = (silentSeconds = 3): CallLimits => ({
  requestHandler: { connectionTimeout: 2_000, socketTimeout: silentSeconds * 1000 },
});
