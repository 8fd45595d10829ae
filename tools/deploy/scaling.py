"""Rehearses the auto-scaling of deploy/ec2.yaml. Part of `make test-deploy`.

    scaling.py TEMPLATE PROGRAM HAPROXY ENDPOINT FOLDER FACTOR cpu|connections[,…] [NAME=VALUE …]

Everything that decides is read from the template: the group's smallest and largest size and its cooldown, the alarms
with their metrics, expressions, periods and thresholds, the policies with their steps and warm-ups, the target group's
health checks. Real instances of PROGRAM are started and stopped behind a real HAProxy and share the bucket, table and
queues at ENDPOINT (MiniStack). Time runs FACTOR times as fast as the template says; the load balancer, the machines and
CloudWatch are stand-ins:

- a machine is a process, which has a tenth of a processor core (its load is measured, and shared by that);
- a connection of the load generator stands for 80, so that hundreds of streams are thousands.

For each kind of load: load comes, the group grows to its largest size; load goes, it shrinks to its smallest. Not one
save may fail, and each event stream must show each change once, in order.
"""

import asyncio
import collections
import dataclasses
import json
import os
import re
import socket
import subprocess
import sys
import time
import uuid

from template import Template

CORES_OF_A_MACHINE = 0.1
CONNECTIONS_OF_ONE = 80
PATIENCE_SECONDS = 120
PATIENCE_AT_THE_LIMIT_PERIODS = 6
SLOTS = 8
# Open while nothing is the matter: fewer than make even the smallest group stay as it is.
IDLE_STREAMS = 8


# -- What the template says.

@dataclasses.dataclass
class Metric:
    """A metric by its name and statistic."""

    name: str
    statistic: str


class Alarm:
    """An alarm of CloudWatch: looks at the latest periods of a metric, or of an expression over several."""

    def __init__(self, name, properties, group):
        self.name = name
        self.threshold = float(properties["Threshold"])
        self.comparison = properties["ComparisonOperator"]
        self.actions = properties["AlarmActions"]
        self.periods = properties["EvaluationPeriods"]
        if properties.get("DatapointsToAlarm", self.periods) != self.periods:
            raise ValueError(f"{name}: {self.periods} periods, and another number of points to alarm")
        if properties["TreatMissingData"] != "notBreaching":
            raise ValueError(f"{name} treats missing data in a way that is not rehearsed")
        if "Metrics" in properties:
            metrics = {metric["Id"]: metric for metric in properties["Metrics"]}
            shown = [metric for metric in metrics.values() if metric.get("ReturnData", True)]
            self.expression = shown[0]["Expression"]
            self.metrics = {name: Metric(metric["MetricStat"]["Metric"]["MetricName"], metric["MetricStat"]["Stat"])
                            for name, metric in metrics.items() if "MetricStat" in metric}
            periods = {metric["MetricStat"]["Period"] for metric in metrics.values() if "MetricStat" in metric}
            if len(shown) != 1 or len(periods) != 1:
                raise ValueError(f"{name} shows {len(shown)} metrics, of periods {periods}")
            self.period_seconds = periods.pop()
            dimensions = [metric["MetricStat"]["Metric"]["Dimensions"] for metric in metrics.values()
                          if "MetricStat" in metric]
        else:
            self.expression = "it"
            self.metrics = {"it": Metric(properties["MetricName"], properties["Statistic"])}
            self.period_seconds = properties["Period"]
            dimensions = [properties["Dimensions"]]
        # Those of another group would say nothing about this one.
        named = {dimension["Value"] for some in dimensions for dimension in some
                 if dimension["Name"] == "AutoScalingGroupName"}
        if not named <= {group}:
            raise ValueError(f"{name} measures {named}")
        self.values = collections.deque(maxlen=self.periods)

    def look(self, measured):
        """Adds a period. Whether the alarm is raised now."""
        points = {name: measured.get((metric.name, metric.statistic)) for name, metric in self.metrics.items()}
        value = None if None in points.values() else evaluate(self.expression, points)
        self.values.append(value)
        return len(self.values) == self.periods and all(self._breaches(value) for value in self.values)

    def _breaches(self, value):
        if value is None:
            return False
        return {
            "GreaterThanOrEqualToThreshold": value >= self.threshold,
            "GreaterThanThreshold": value > self.threshold,
            "LessThanThreshold": value < self.threshold,
            "LessThanOrEqualToThreshold": value <= self.threshold,
        }[self.comparison]


def evaluate(expression, points):
    """An expression of CloudWatch's metric math."""
    python = re.sub(r"\bAND\b", "and", re.sub(r"\bOR\b", "or", expression))
    known = {"IF": lambda condition, yes, no: yes if condition else no,
             "FILL": lambda value, other: other if value is None else value}
    unknown = set(re.findall(r"[A-Za-z_]\w*", python)) - set(points) - set(known) - {"and", "or"}
    if unknown:
        raise ValueError(f"the expression {expression} uses {unknown}")
    try:
        return float(eval(python, {"__builtins__": {}}, known | points))  # pylint: disable=eval-used
    except ZeroDivisionError:
        return None


class Policy:
    """A scaling policy: in steps by how far an alarm is exceeded, or simply."""

    def __init__(self, name, properties):
        if properties["AdjustmentType"] != "ChangeInCapacity":
            raise ValueError(f"{name} changes the capacity in a way that is not rehearsed")
        self.name = name
        self.kind = properties["PolicyType"]
        if self.kind == "StepScaling":
            self.warmup_seconds = properties["EstimatedInstanceWarmup"]
            self.steps = [(step.get("MetricIntervalLowerBound", -1e12), step.get("MetricIntervalUpperBound", 1e12),
                           step["ScalingAdjustment"]) for step in properties["StepAdjustments"]]
        else:
            self.cooldown_seconds = properties["Cooldown"]
            self.adjustment = properties["ScalingAdjustment"]

    def by(self, excess):
        """The change for an alarm that is exceeded by so much."""
        return sum(change for lower, upper, change in self.steps if lower <= excess < upper)


class Group:
    """An auto-scaling group: how many machines there should be. Follows AWS's documented rules for both kinds of
    policy: a step policy does not count machines that are still warming up, so it adds only what is missing beyond them;
    a simple one waits until the cooldown after the last change is over."""

    def __init__(self, template, name):
        properties = template.resources("AWS::AutoScaling::AutoScalingGroup")[name]["Properties"]
        self.minimum, self.maximum = int(properties["MinSize"]), int(properties["MaxSize"])
        self.desired = self.minimum
        self.policies = {
            policy: Policy(policy, resource["Properties"])
            for policy, resource in template.resources("AWS::AutoScaling::ScalingPolicy").items()
            if resource["Properties"]["AutoScalingGroupName"] == name}
        self.alarms = [
            Alarm(alarm, resource["Properties"], name)
            for alarm, resource in template.resources("AWS::CloudWatch::Alarm").items()
            if set(resource["Properties"].get("AlarmActions", [])) & set(self.policies)]
        if {policy for alarm in self.alarms for policy in alarm.actions} != set(self.policies):
            raise ValueError("a policy has no alarm")
        periods = {alarm.period_seconds for alarm in self.alarms}
        if len(periods) != 1:
            raise ValueError(f"the alarms have different periods: {periods}")
        self.period_seconds = periods.pop()
        self.changed_at = -1e12
        self.growing_until = []

    def look(self, now, measured):
        """A period is over: decides by the alarms. The policy that changed something, or None."""
        raised = [alarm for alarm in self.alarms if alarm.look(measured)]
        before = self.desired
        for alarm in raised:
            for policy in (self.policies[action] for action in alarm.actions if action in self.policies):
                self._apply(policy, alarm, now)
                if self.desired != before:
                    self.changed_at = now
                    return policy.name
        return None

    def _apply(self, policy, alarm, now):
        if policy.kind == "SimpleScaling":
            if now - self.changed_at < policy.cooldown_seconds:
                return
            wanted = self.desired + policy.adjustment
        else:
            self.growing_until = [until for until in self.growing_until if until > now]
            change = policy.by(alarm.values[-1] - alarm.threshold)
            wanted = max(self.desired, self.desired - len(self.growing_until) + change)
        wanted = max(self.minimum, min(self.maximum, wanted))
        if policy.kind == "StepScaling":
            self.growing_until += [now + policy.warmup_seconds] * (wanted - self.desired)
        self.desired = wanted


# -- What stands in for machines and balancer.

class Fleet:
    """Instances behind HAProxy."""

    def __init__(self, template, program, haproxy, environment, folder, factor):
        self.program, self.environment, self.folder, self.factor = program, environment, folder, factor
        self.running = {}
        self.ended = []
        target = next(iter(template.resources("AWS::ElasticLoadBalancingV2::TargetGroup").values()))["Properties"]
        attributes = {item["Key"]: item["Value"] for item in target["TargetGroupAttributes"]}
        self.drain_seconds = float(attributes["deregistration_delay.timeout_seconds"]) / factor
        balance = {"least_outstanding_requests": "leastconn", "round_robin": "roundrobin"}[
            attributes.get("load_balancing.algorithm.type", "round_robin")]
        interval_ms = max(100, int(1000 * target["HealthCheckIntervalSeconds"] / factor))
        self.port = free_port()
        self.socket = f"{folder}/haproxy.sock"
        slots = "\n".join(f"    server s{slot} 127.0.0.1:1 check disabled" for slot in range(SLOTS))
        # As the balancer of AWS: what was sent to a machine is not sent to another one.
        configuration = f"""
global
    maxconn 8000
    stats socket {self.socket} level admin
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    retries 3
    option redispatch 1
    retry-on conn-failure
frontend pages
    bind 127.0.0.1:{self.port}
    default_backend machines
backend machines
    balance {balance}
    option httpchk GET {target["HealthCheckPath"]}
    default-server inter {interval_ms} rise {target["HealthyThresholdCount"]} fall {target["UnhealthyThresholdCount"]}
{slots}
"""
        path = f"{folder}/haproxy.cfg"
        with open(path, "w", encoding="utf-8") as file:
            file.write(configuration)
        with open(f"{folder}/haproxy.log", "w", encoding="utf-8") as log:
            self.haproxy = subprocess.Popen([haproxy, "-db", "-f", path], stdout=log, stderr=log)

    async def wait_for_balancer(self):
        while not os.path.exists(self.socket):
            if self.haproxy.poll() is not None:
                with open(f"{self.folder}/haproxy.log", encoding="utf-8") as log:
                    raise SystemExit(f"HAProxy ended: {log.read()}")
            await asyncio.sleep(0.05)

    async def command(self, line):
        reader, writer = await asyncio.open_unix_connection(self.socket)
        writer.write(f"{line}\n".encode())
        answer = (await reader.read()).decode().strip()
        writer.close()
        return answer

    async def rows(self):
        """HAProxy's statistics: a row for the frontend and for each slot."""
        header, *lines = (await self.command("show stat")).lstrip("# ").split("\n")
        names = header.split(",")
        return {row["svname"]: row for row in (dict(zip(names, line.split(","))) for line in lines if line)
                if row["pxname"] == "machines" or row["svname"] == "FRONTEND"}

    async def resize(self, desired):
        while len(self.running) < desired:
            slot = min(set(range(SLOTS)) - set(self.running))
            port = free_port()
            with open(f"{self.folder}/machine-{uuid.uuid4()}.log", "w", encoding="utf-8") as log:
                process = subprocess.Popen([self.program, "serve", "--listen", f"127.0.0.1:{port}"],
                                           env=self.environment, stdout=log, stderr=log, cwd=self.folder)
            self.running[slot] = process
            for command in (f"addr 127.0.0.1 port {port}", "state ready", "health down"):
                await self.command(f"set server machines/s{slot} {command}")
            await self.command(f"enable health machines/s{slot}")
        while len(self.running) > desired:
            # The oldest, as AWS chooses by default among machines of one launch template.
            slot = next(iter(self.running))
            self.ended.append(asyncio.create_task(self._end(slot, self.running.pop(slot))))

    async def _end(self, slot, process):
        await self.command(f"set server machines/s{slot} state drain")
        await asyncio.sleep(self.drain_seconds)
        process.terminate()
        while process.poll() is None:
            await asyncio.sleep(0.05)
        await self.command(f"set server machines/s{slot} state maint")
        if process.returncode != 0:
            raise SystemExit(f"a machine ended with {process.returncode}")

    async def healthy(self):
        return sum(row["status"].startswith("UP") and int(name[1:]) in self.running
                   for name, row in (await self.rows()).items() if name.startswith("s"))

    async def stop(self):
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait()
        self.haproxy.terminate()
        self.haproxy.wait()


class CloudWatch:
    """Measures what the alarms ask for, over the last period."""

    def __init__(self, fleet):
        self.fleet, self.before, self.at = fleet, {}, time.monotonic()

    async def measure(self):
        now = time.monotonic()
        seconds, self.at = now - self.at, now
        shares = []
        before, self.before = self.before, {}
        for process in self.fleet.running.values():
            self.before[process.pid] = used = processor_seconds(process.pid)
            if process.pid in before:
                share = (used - before[process.pid]) / seconds / CORES_OF_A_MACHINE
                shares.append(min(100.0, 100 * share))
        rows = await self.fleet.rows()
        clients = int(rows["FRONTEND"]["scur"])
        machines = sum(int(row["scur"]) for name, row in rows.items() if name.startswith("s"))
        return {
            ("CPUUtilization", "Average"): sum(shares) / len(shares) if shares else None,
            ("ActiveConnectionCount", "Sum"): CONNECTIONS_OF_ONE * (clients + machines),
            ("HealthyHostCount", "Minimum"): await self.fleet.healthy(),
        }


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# -- Load.

class Load:
    """Savers and event streams, through the balancer."""

    def __init__(self, port):
        self.port = port
        self.saved, self.failed = [], []
        self.savers, self.streams = [], []

    def set_savers(self, count, pause_seconds):
        for saver in self.savers:
            saver.cancel()
        self.savers = [asyncio.create_task(self._save_all_the_time(pause_seconds)) for _ in range(count)]

    async def finish_savers(self):
        """Lets each finish what it has begun."""
        for saver in self.savers:
            saver.cancel()
        await asyncio.gather(*self.savers, return_exceptions=True)
        self.savers = []

    async def _save_all_the_time(self, pause_seconds):
        while True:
            # What has begun is finished, also when the load changes.
            await asyncio.shield(asyncio.create_task(self.save()))
            await asyncio.sleep(pause_seconds)

    async def save(self):
        body = json.dumps({"text": f"https://example.org/{uuid.uuid4()}"})
        try:
            status, answer = await asyncio.wait_for(self._post(body), 30)
        except (OSError, asyncio.TimeoutError, ValueError, EOFError) as error:
            self.failed.append(repr(error))
            return
        if status == 201:
            self.saved.append(json.loads(answer)["seq"])
        else:
            self.failed.append(f"{status} {answer[:200]}")

    async def _post(self, body):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write((f"POST /api/v1/spaces/main/entries HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                          f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            return int(head.split(" ")[1]), (await reader.read()).decode()
        finally:
            writer.close()

    def set_streams(self, count):
        """Opens further streams. Those that are there stay."""
        while len(self.streams) < count:
            self.streams.append(Stream(self.port, max(self.saved, default=0)))

    async def close_streams(self, keep, seq):
        """Closes all but some, after each has shown everything up to that change."""
        closing, self.streams = self.streams[keep:], self.streams[:keep]
        for stream in closing + self.streams:
            await stream.caught_up(seq)
        for stream in closing:
            stream.task.cancel()
        return closing


class Stream:
    """An open page's event stream: opened again when it ends, after the change that it showed last."""

    def __init__(self, port, after):
        self.port, self.first, self.seq, self.opened = port, after, after, 0
        self.task = asyncio.create_task(self._read_for_ever())

    async def caught_up(self, seq):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.seq < seq:
            if self.task.done():
                self.task.result()
            if time.monotonic() > deadline:
                raise SystemExit(f"an event stream shows change {self.seq} and not {seq}")
            await asyncio.sleep(0.1)

    async def _read_for_ever(self):
        while True:
            try:
                await self._read()
            except (OSError, EOFError):
                pass
            await asyncio.sleep(0.2)

    async def _read(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        try:
            path = f"/api/v1/spaces/main/events?after={self.seq}"
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head.partition(b"\r\n")[0]:
                return
            self.opened += 1
            while line := await reader.readline():
                if line.startswith(b"event: reset"):
                    raise SystemExit("an event stream was reset")
                if line.startswith(b"id: "):
                    seq = int(line[4:])
                    if seq != self.seq + 1:
                        raise SystemExit(f"an event stream shows change {seq} after {self.seq}")
                    self.seq = seq
        finally:
            writer.close()


# -- The rehearsal.

class Rehearsal:
    """Runs the group against its load."""

    def __init__(self, group, fleet, factor):
        self.group, self.fleet, self.factor = group, fleet, factor
        self.load = Load(fleet.port)
        self.cloud_watch = CloudWatch(fleet)
        self.period = group.period_seconds / factor
        self.started = time.monotonic()
        self.sizes = [group.desired]

    def now(self):
        """Seconds as the template counts them."""
        return (time.monotonic() - self.started) * self.factor

    async def one_period(self):
        await asyncio.sleep(self.period)
        measured = await self.cloud_watch.measure()
        policy = self.group.look(self.now(), measured)
        if policy:
            cpu, connections, machines = measured.values()
            print(f"    {self.now():5.0f} s  {self.sizes[-1]} -> {self.group.desired}  {policy}: "
                  f"processor {cpu:.0f} %, {connections} connections, {machines} healthy machines", flush=True)
            self.sizes.append(self.group.desired)
            await self.fleet.resize(self.group.desired)

    async def until(self, size):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.group.desired != size or await self.fleet.healthy() != size:
            if time.monotonic() > deadline:
                raise SystemExit(f"there are {self.group.desired} machines, not {size}")
            await self.one_period()
        # It stays there, whatever the alarms say: at its largest size it must not grow.
        if size == self.group.maximum:
            for _ in range(PATIENCE_AT_THE_LIMIT_PERIODS):
                await self.one_period()
                if self.group.desired > size or len(self.fleet.running) > size:
                    raise SystemExit(f"more than {size} machines")

    async def phase(self, kind):
        """Load of one kind comes and goes."""
        load = self.load
        begun = len(load.saved)
        if kind == "cpu":
            load.set_savers(24, 0.05)
        else:
            load.set_savers(1, 0.5)
            load.set_streams(220)
        await self.until(self.group.maximum)
        await load.finish_savers()
        load.set_savers(1, 0.5)
        closed = await load.close_streams(IDLE_STREAMS, max(load.saved))
        await self.until(self.group.minimum)
        await asyncio.gather(*self.fleet.ended)
        await load.finish_savers()
        for stream in load.streams:
            await stream.caught_up(max(load.saved))
        if load.failed:
            raise SystemExit(f"{len(load.failed)} saves failed: {load.failed[:3]}")
        # Gapless, each once: as many as there are numbers.
        if sorted(load.saved) != list(range(1, len(load.saved) + 1)):
            raise SystemExit("changes are missing, or there twice")
        streams = closed + load.streams
        print(f"  {kind}: {len(load.saved) - begun} saves, none failed; each of {len(streams)} event streams showed "
              f"every change to its end, though they were opened {sum(stream.opened for stream in streams)} times",
              flush=True)


async def rehearse(template_path, program, haproxy, endpoint, folder, factor, kinds, parameters):
    template = Template(template_path, parameters)
    group = Group(template, "Pages")
    alarms = "; ".join(
        f"{alarm.name} {'<' if 'Less' in alarm.comparison else '>='} {alarm.threshold:g} for {alarm.periods} periods"
        for alarm in group.alarms)
    print(f"  the template says: {group.minimum} to {group.maximum} machines, a period of {group.period_seconds} s; "
          f"{alarms}", flush=True)
    name = parameters["Deployment"]
    bucket = f"qrate-{name}"
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": endpoint, "PATH": os.environ["PATH"], "TMPDIR": folder}
    subprocess.run([program, "setup", "--yes", "--bucket", bucket, "--table", bucket, "--queue", bucket, "--jobs-queue",
                    bucket + "-jobs"], env=keys, check=True, stdout=subprocess.DEVNULL)
    environment = keys | {
        "QRATE_BUCKET": bucket, "QRATE_TABLE": bucket, "QRATE_QUEUE": f"{endpoint}/000000000000/{bucket}",
        "QRATE_JOBS_QUEUE": f"{endpoint}/000000000000/{bucket}-jobs", "QRATE_NO_WORKER": "true",
        "QRATE_LOG": "warn"}
    fleet = Fleet(template, program, haproxy, environment, folder, factor)
    try:
        await fleet.wait_for_balancer()
        await fleet.resize(group.desired)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while await fleet.healthy() < group.minimum:
            if time.monotonic() > deadline:
                raise SystemExit("the first machine does not become healthy")
            await asyncio.sleep(0.1)
        rehearsal = Rehearsal(group, fleet, factor)
        rehearsal.load.set_streams(IDLE_STREAMS)
        for kind in kinds:
            await rehearsal.phase(kind)
        print("  sizes: " + " -> ".join(map(str, rehearsal.sizes)), flush=True)
        if max(rehearsal.sizes) != group.maximum or rehearsal.sizes[-1] != group.minimum:
            raise SystemExit("the group did not use its whole range")
    finally:
        await fleet.stop()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def main():
    template, program, haproxy, endpoint, folder, factor, kinds, *given = sys.argv[1:]
    parameters = dict(parameter.split("=", 1) for parameter in given)
    asyncio.run(rehearse(template, program, haproxy, endpoint, folder, float(factor), kinds.split(","), parameters))


main()
