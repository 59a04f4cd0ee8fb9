"""Starts MiniStack 1.5.33, the AWS emulator of the local stage, with the few fixes that this platform needs.

    python emulator.py [--without NAME]... [--stop-with-parent]

Each fix has a name, its reason, and a test that fails when it is left out (test/infra/local/emulator.test.ts).
`rewrite` stops the start when the source it mends has changed: then look whether the fix is still needed.
"""
import argparse
import collections
import contextvars
import copy
import functools
import inspect
import json
import os
import queue
import re
import signal
import sys
import threading
import time
from email.utils import parseaddr

import h11
import saving
from hypercorn.protocol import h11 as h11_server
from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.services import apigateway, cloudwatch, cognito, dynamodb, eventbridge, lambda_svc, ses_v2
from ministack.services.cloudformation import provisioners

FIXES = {}
WORKERS = 5  # of one function at a time
LONGEST = 2  # seconds that an event waits for callers of the API


def fix(name):
    def register(apply):
        FIXES[name] = apply
        return apply
    return register


def expect(found, what):
    if not found:
        sys.exit(f"emulator.py: {what} has changed in MiniStack, look at its fix again")


def rewrite(module, name, *pairs, **names):
    """Replaces text in the source of a function of MiniStack and compiles it again; `names` are visible to it."""
    source = inspect.getsource(getattr(module, name))
    for old, new in pairs:
        expect(old in source, f"{module.__name__}.{name}")
        source = source.replace(old, new)
    vars(module).update(names)
    exec(compile(source, f"<{name}, mended>", "exec"), vars(module))


@fix("tls")
def _tls():
    """CDK's asset bucket refuses requests without TLS. With AUTH=true that holds, and the emulator speaks http."""
    pin = app.pin_request_origin
    app.pin_request_origin = lambda address, _secure: pin(address, True)


@fix("streams")
def _streams():
    """The records of a failed stream batch are lost. Lambda retries from the first failed record, halves the batch
    (bisect), and after the last attempt tells the on-failure queue."""
    tries, limits = {}, {}  # by event source mapping

    def limit(mapping):
        return limits.get(mapping["UUID"], mapping.get("BatchSize", 100))

    def first_failure(answer, batch, mapping):
        if answer.get("error"):
            return 0
        if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []):
            return None
        body = answer.get("body")
        failures = (body.get("batchItemFailures") or []) if isinstance(body, dict) else []
        failed = {failure.get("itemIdentifier") for failure in failures}
        # An identifier that is not in the batch fails all of it, as on AWS.
        known = (i for i, record in enumerate(batch) if record["dynamodb"]["SequenceNumber"] in failed)
        return min(known, default=0) if failures else None

    def deliver(function, raw, batch, mapping, stream_arn):
        """Gives one batch to the function. Returns its answer, and how many of the raw records are dealt with."""
        key = mapping["UUID"]
        answer = lambda_svc._execute_function(function, {"Records": batch})
        failed = first_failure(answer, batch, mapping)
        if failed != 0:
            tries.pop(key, None)
            limits.pop(key, None)
            return answer, len(raw) if failed is None else raw.index(batch[failed])
        if mapping.get("BisectBatchOnFunctionError") and len(batch) > 1:
            limits[key] = raw.index(batch[len(batch) // 2])
        else:
            most = mapping.get("MaximumRetryAttempts")
            tries[key] = tries.get(key, 0) + 1
            if most is not None and 0 <= int(most) < tries[key]:
                lambda_svc._send_ddb_stream_failure_record(
                    mapping, function, batch, stream_arn, answer, "RetryAttemptsExhausted")
                del tries[key]
                limits.pop(key, None)
                return {"body": {}}, len(raw)
        return {**answer, "error": True}, len(raw)  # the poller comes back to the same position after a second

    rewrite(lambda_svc, "_poll_dynamodb_streams",
            ('batch_size = esm.get("BatchSize", 100)', "batch_size = stream_limit(esm)"),
            ("raw_len = len(batch)", "raw, raw_len = batch, len(batch)"),
            ("result = _execute_function(func_rec, event)",
             "result, raw_len = deliver(func_rec, raw, batch, esm, source_arn)"),
            stream_limit=limit, deliver=deliver)


@fix("token-refusal")
def _token_refusal():
    """A pre-token trigger that throws is a fault of the emulator. Cognito answers UserLambdaValidationException with what
    the trigger said, by which a person without a workspace is told apart from a broken platform."""
    class Refused(Exception):
        pass

    def refusal(result):
        return Refused(f"PreTokenGeneration failed with error {(result.get('body') or {}).get('errorMessage')}.")

    rewrite(cognito, "_apply_pretoken_trigger",
            ("raise RuntimeError(f\"PreTokenGeneration error: {result.get('body')}\")", "raise refusal(result)"),
            refusal=refusal)
    dispatch = cognito._dispatch_idp

    async def dispatch_with_refusals(action, data):
        try:
            return await dispatch(action, data)
        except Refused as error:
            return cognito.error_response_json("UserLambdaValidationException", str(error), 400)

    cognito._dispatch_idp = dispatch_with_refusals


@fix("mail-sender")
def _mail_sender():
    """IAM is asked whether a function may send mails as `*`. SES asks for the identity that it sends as: the address of
    the sender where that is one, otherwise its domain (SES developer guide: identities and their policies)."""
    arn_of = iam_actions._ses_v2_resource_arn

    def arn_with_sender(method, path, body, region, account_id):
        if method != "POST" or path.rstrip("/") != "/v2/email/outbound-emails":
            return arn_of(method, path, body, region, account_id)
        sender = parseaddr(json.loads(body or b"{}").get("FromEmailAddress") or "")[1]
        name = sender if sender in ses_v2._identities else sender.rpartition("@")[2]
        return f"arn:aws:ses:{region}:{account_id}:identity/{name}" if name else "*"

    iam_actions._ses_v2_resource_arn = arn_with_sender


@fix("saving")
def _saving():
    """State is saved on a stop alone, service by service: a process that is killed loses all since its start, and one
    that is killed while it stops leaves half."""
    saving.install(arguments.save_seconds)


@fix("https-to-this-machine")
def _https_to_this_machine():
    """Requests of functions through `https` to a server on this machine are made http, but with the port put into the
    host name, which no resolver knows. The X client always calls https.request, and the X sandbox is such a server."""
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    wrong = 'options.host = host + ":" + options.port;'
    expect(wrong in script, "the worker of Node functions")
    lambda_runtime._NODEJS_WORKER_SCRIPT = script.replace(wrong, "options.host = host;")


@fix("stream-state")
def _stream_state():
    """Positions in a stream are saved on a stop, its records are not: after a restart nothing would be delivered."""
    get_state, restore = dynamodb.get_state, dynamodb.load_persisted_state
    stores = {"stream_records": dynamodb._stream_records, "stream_trimmed": dynamodb._stream_trimmed}

    def restore_with_streams(data):
        restore(data)
        for name, store in stores.items():
            store.update(data.get(name, {}))

    dynamodb.get_state = lambda: {**get_state(), **copy.deepcopy(stores)}
    dynamodb.load_persisted_state = restore_with_streams


@fix("end-of-log")
def _end_of_log():
    """After each call MiniStack waits up to 50 ms for what the function may still log. The Node worker says itself
    where the log of a call ends, before it gives the result."""
    end = "\0"
    start = "// Subsequent lines are one invocation each"
    init, found, invocation = lambda_runtime._NODEJS_WORKER_SCRIPT.partition(start)
    expect(found and "_realStdoutWrite(" in invocation, "the Node worker")
    lambda_runtime._NODEJS_WORKER_SCRIPT = init + found + invocation.replace(
        "_realStdoutWrite(", "_stderrWrite('\\0\\n'), _realStdoutWrite(")
    drain = lambda_runtime.Worker._drain_stderr_bounded

    def drain_to_end(worker):
        if not worker.config.get("Runtime", "").startswith("nodejs"):
            return drain(worker)
        lines = []
        try:
            while not (lines and lines[-1].endswith(end)):
                lines.append(worker._stderr_queue.get(timeout=0.25))  # a worker that died says no end
        except queue.Empty:
            pass
        return "\n".join(lines).removesuffix(end).removesuffix("\n")

    lambda_runtime.Worker._drain_stderr_bounded = drain_to_end


@fix("one-worker")
def _one_worker():
    """A worker that fails to start ends all workers of its function, those at work included, and each of them does the
    same. On AWS an environment fails alone. A worker that was taken from the pool while it started ends when it is
    released, with the folder that its function is unpacked in."""
    def retire(worker):
        with lambda_runtime._lock:
            for pool in lambda_runtime._workers.values():
                if worker in pool:
                    pool.remove(worker)
        lambda_runtime.kill_workers([worker])

    release = lambda_runtime.release_worker

    def release_or_end(worker):
        release(worker)
        with lambda_runtime._lock:
            pooled = any(worker in pool for pool in lambda_runtime._workers.values())
        if not pooled:
            lambda_runtime.kill_workers([worker])

    rewrite(lambda_svc, "_execute_function_warm",
            ("invalidate_worker(func_name, qualifier=qualifier, account=get_account_id(), region=get_region())",
             "retire(worker)"), retire=retire)
    lambda_svc.release_worker = lambda_runtime.release_worker = release_or_end


@fix("concurrency")
def _concurrency():
    """Functions have as many workers as there are calls, each a cold start of its own: on two cores a hundred calls at
    once end none. Here a function has WORKERS, and calls beyond them wait, those that somebody waits for first. What
    AWS throttles, or hands on when it is free again, waits here; the throttle comes when nobody waits any more. What has
    waited for LONGEST seconds comes first: AWS holds no event back for callers of the API."""
    waits = contextvars.ContextVar("waits", default=None)  # seconds, and whether then a worker is added; None: for ever
    lock, taken = threading.Lock(), {}  # taken: places by function
    queues = {}  # by function: callers that somebody waits for, and all others

    def is_full(config):
        key = lambda_svc._inflight_key(config)
        return taken.get(key, 0) >= WORKERS

    def take(key):
        """Takes a place, or waits for one in line. False: it has waited long enough."""
        seconds, add = waits.get() or (None, False)
        with lock:
            if taken.get(key, 0) < WORKERS:
                taken[key] = taken.get(key, 0) + 1
                return True
            first, later = queues.setdefault(key, (collections.deque(), collections.deque()))
            line, turn = later if seconds is None else first, threading.Event()
            turn.since = time.monotonic()
            line.append(turn)
        if turn.wait(seconds):
            return True  # whoever gave its place has left it taken
        with lock:
            if turn.is_set():
                return True
            line.remove(turn)
            if add:
                taken[key] += 1
            return add

    def give(key):
        with lock:
            first, later = queues.get(key, ((), ()))
            if (first or later) and taken[key] <= WORKERS:
                is_due = later and time.monotonic() - later[0].since > LONGEST
                (later if is_due or not first else first).popleft().set()
            else:
                taken[key] -= 1

    dispatch, limit_of_mapping = lambda_svc._execute_function_dispatch, lambda_svc._sqs_esm_concurrency

    def dispatch_in_turn(func, config, event, request_id, _started):
        key = lambda_svc._inflight_key(config)
        if not take(key):
            return lambda_svc._throttle_response("ConcurrentInvocationLimitExceeded", "Rate Exceeded.")
        try:
            return dispatch(func, config, event, request_id, time.time())
        finally:
            give(key)

    def waiting(call, seconds, add):
        """The call, whose function waits no longer than that."""
        def limited(*args, **options):
            token = waits.set((seconds, add))
            try:
                return call(*args, **options)
            finally:
                waits.reset(token)

        async def limited_async(*args, **options):
            waits.set((seconds, add))  # for this request, which has a context of its own
            return await call(*args, **options)
        return limited_async if inspect.iscoroutinefunction(call) else limited

    def proxy_response(result):
        # What an HTTP API answers for a function that is throttled.
        if result.get("throttle"):
            return {"statusCode": 503, "body": '{"message":"Service Unavailable"}'}, None
        return answer(result)

    answer, send_event = lambda_svc.lambda_execute_result_to_api_proxy_response, lambda_svc.invoke_async_with_retry
    lambda_svc.lambda_execute_result_to_api_proxy_response = proxy_response
    lambda_svc._execute_function_dispatch = dispatch_in_turn
    apigateway._invoke_lambda_proxy = waiting(apigateway._invoke_lambda_proxy, arguments.api_seconds, False)
    # Who waits for these may be a function that has a place itself, even of the same function: if none is free soon,
    # they get one more. So nobody waits in a circle.
    cognito._run_idp_handler = waiting(cognito._run_idp_handler, 1, True)
    lambda_svc._invoke = waiting(lambda_svc._invoke, 1, True)
    # Nobody waits for an event: it takes its turn, whoever sent it.
    lambda_svc.invoke_async_with_retry = waiting(send_event, None, False)
    # One thread polls all streams and queues: it may not stand in a line.
    lambda_svc._poll_dynamodb_streams = waiting(lambda_svc._poll_dynamodb_streams, 0, True)
    # Messages wait in their queue, but for one batch, which keeps a place in the line.
    lambda_svc._sqs_esm_concurrency = lambda esm, func, config, queue=None: (
        1 if is_full(config) else limit_of_mapping(esm, func, config, queue))


@fix("one-parse")
def _one_parse():
    """A Query parses and checks its conditions again for each item of the partition, which takes far longer than to
    evaluate them."""
    def matching(items, expression, values, names, slot):
        first, rest = items[:1], items[1:]  # the first one pays for the checks, and has their errors
        found = [item for item in first if dynamodb._evaluate_condition(expression, item, values, names, slot=slot)]
        tokens = dynamodb._tokenize(expression)
        for item in rest:
            try:
                holds = dynamodb._ExprEval(tokens, item, values, names).evaluate()
            except Exception:  # said once more, in the words of DynamoDB
                holds = dynamodb._evaluate_condition(expression, item, values, names, slot=slot)
            if holds:
                found.append(item)
        return found

    rewrite(dynamodb, "_query", *((
        f'[it for it in candidates if _evaluate_condition({name}, it, eav, ean, slot="{slot}")]',
        f'matching(candidates, {name}, eav, ean, "{slot}")',
    ) for name, slot in (("key_cond", "KeyConditionExpression"), ("filter_expr", "FilterExpression"))),
            matching=matching)


@fix("one-compile")
def _one_compile():
    """Each request to the API looks for its route three times, and writes the pattern of each of hundreds of routes anew."""
    @functools.cache
    def compiled(route_path):
        parts = re.split(r"\{([^}]+)\}", route_path)  # text, name, text, ...
        pattern = "".join(("(.+)" if part.endswith("+") else "([^/]+)") if place % 2 else re.escape(part)
                          for place, part in enumerate(parts))
        return re.compile(pattern), [name.removesuffix("+") for name in parts[1::2]]

    def extract_path_params(route_path, request_path):
        pattern, names = compiled(route_path)
        found = pattern.fullmatch(request_path)
        return dict(zip(names, found.groups())) if found else None

    expect("re.fullmatch" in inspect.getsource(apigateway._extract_path_params), "the matching of routes")
    apigateway._extract_path_params = extract_path_params


@fix("one-reading")
def _one_reading():
    """Each call of AWS reads the policies of its caller's role anew."""
    parse = iam_evaluator.parse_policy_document
    kept = functools.cache(parse)
    iam_evaluator.parse_policy_document = lambda doc: kept(doc) if isinstance(doc, str) else parse(doc)


@fix("one-write")
def _one_write():
    """The head and the body of each response are written to the socket one after the other, and writing is most of the
    work of a short response."""
    server = h11_server.H11Protocol
    expect("await self.send(RawData(data=data))" in inspect.getsource(server._send_h11_event),
           "the writing of responses by its server")

    async def send_with_head(self, event):
        try:
            data = getattr(self, "head", b"") + (self.connection.send(event) or b"")
        except h11.LocalProtocolError:
            if self.connection.their_state != h11.ERROR:
                raise
            return
        self.head = data if isinstance(event, h11.Response) else b""
        if not self.head:
            await self.send(h11_server.RawData(data=data))

    server._send_h11_event = send_with_head


@fix("emf")
def _emf():
    """Metrics that a function logs in the embedded metric format become CloudWatch metrics."""
    emit = lambda_svc._emit_lambda_logs

    def record(metrics):
        for directive in metrics["_aws"]["CloudWatchMetrics"]:
            for dimensions in directive.get("Dimensions") or [[]]:
                for metric in directive["Metrics"]:
                    values = metrics[metric["Name"]]
                    for value in values if isinstance(values, list) else [values]:
                        cloudwatch.record_metric(directive["Namespace"], metric["Name"], value,
                                                 metric.get("Unit", "None"), {n: str(metrics[n]) for n in dimensions})

    def emit_with_metrics(function, request_id, text, *rest, **options):
        for line in re.findall(r'^\{.*"_aws":.*\}$', text or "", re.MULTILINE):
            try:
                record(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:  # CloudWatch drops what is no EMF, and says nothing
                print(f"emulator.py: not in the embedded metric format: {error!r}", file=sys.stderr)
        return emit(function, request_id, text, *rest, **options)

    lambda_svc._emit_lambda_logs = emit_with_metrics


@fix("archive")
def _archive():
    """CloudFormation does not know AWS::Events::Archive; the emulator's EventBridge does."""
    def request(name, properties):
        pattern = properties.get("EventPattern", "")
        return {"ArchiveName": name, "EventSourceArn": properties["SourceArn"],
                "Description": properties.get("Description", ""),
                "RetentionDays": int(properties.get("RetentionDays") or 0),
                "EventPattern": pattern if isinstance(pattern, str) else json.dumps(pattern)}

    def outcome(name, response):
        status, _, body = response
        if status >= 300:
            raise ValueError(body)
        return name, {"Arn": json.loads(body)["ArchiveArn"], "ArchiveName": name}

    def create(logical_id, properties, stack):
        name = properties.get("ArchiveName") or provisioners._physical_name(stack, logical_id, max_len=48)
        return outcome(name, eventbridge._create_archive(request(name, properties)))

    def update(name, _old, properties, _stack):
        return outcome(name, eventbridge._update_archive(request(name, properties)))

    def delete(name, _properties):
        eventbridge._delete_archive({"ArchiveName": name})

    expect("AWS::Events::Archive" not in provisioners._RESOURCE_HANDLERS, "AWS::Events::Archive")
    provisioners._RESOURCE_HANDLERS["AWS::Events::Archive"] = {"create": create, "update": update, "delete": delete}


@fix("client-secret")
def _client_secret():
    """GetTokensFromRefreshToken and RevokeToken take a confidential client's id without its secret. Cognito refuses
    that, as it does everywhere else: the id stands in every token."""
    run = cognito._run_idp_handler
    refusals = {"GetTokensFromRefreshToken": "NotAuthorizedException", "RevokeToken": "UnauthorizedException"}

    def run_with_secret(handler, action, data):
        if action in refusals:
            cognito._pin_unsigned_idp_scope(data)
            pool, _ = cognito._pool_for_client(data.get("ClientId"))
            secret = pool and pool["_clients"][data["ClientId"]].get("ClientSecret")
            if secret and data.get("ClientSecret") != secret:
                return cognito.error_response_json(refusals[action], "Client secret is missing or wrong.", 400)
        return run(handler, action, data)

    cognito._run_idp_handler = run_with_secret


def record_calls(path):
    """Appends every call that IAM decided on (AUTH=true) as a JSON line, so that a test can compare what a function
    does with what its role allows. appId is AWS_SDK_UA_APP_ID, which the AWS SDK sends as `app/<id>`."""
    enforce, pin, lock = iam_evaluator.enforce, app.pin_signed_request, threading.Lock()
    file = open(path, "a", buffering=1, encoding="utf-8")
    app_id = contextvars.ContextVar("app_id", default=None)

    def pin_with_app_id(method, raw_path, query, raw_headers, **options):
        user_agent = dict(raw_headers).get(b"user-agent", b"").decode("latin-1")
        found = re.search(r"\bapp/(\S+)", user_agent)
        app_id.set(found and found[1])
        return pin(method, raw_path, query, raw_headers, **options)

    def enforce_and_record(access_key_id, action, service, region, resource_arn="*", service_context=None):
        denied = enforce(access_key_id, action, service, region, resource_arn, service_context)
        caller = iam_evaluator.resolve_caller_identity(access_key_id)
        line = {"at": time.time(), "appId": app_id.get(), "principal": caller and caller["userArn"],
                "action": action, "resource": resource_arn, "allowed": denied is None}
        with lock:
            file.write(json.dumps(line) + "\n")
        return denied

    app.pin_signed_request = pin_with_app_id
    iam_evaluator.enforce = enforce_and_record


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--without", action="append", default=[], choices=FIXES, help="leave a fix out, for its test")
    parser.add_argument("--stop-with-parent", action="store_true", help="end when standard input ends")
    parser.add_argument("--save-seconds", type=float, default=3, help="how often the state is saved while it changes")
    parser.add_argument("--api-seconds", type=float, default=29, help="how long the API waits for a free worker")
    arguments = parser.parse_args()
    sys.argv = sys.argv[:1]  # MiniStack reads the arguments as well
    app._get_module("lambda_svc")
    for fix_name, apply in FIXES.items():
        if fix_name not in arguments.without:
            apply()
    if calls_file := os.environ.pop("MINISTACK_CALLS_FILE", None):  # popped: it is no business of the functions
        record_calls(calls_file)
    if arguments.stop_with_parent:  # whoever started this may be killed and have no time to stop it
        threading.Thread(target=lambda: (os.read(0, 1), os.kill(os.getpid(), signal.SIGTERM)), daemon=True).start()
    app.main()

