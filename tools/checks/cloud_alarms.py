"""Find CloudWatch alarms that cannot fire or that tell nobody.

What:
    An alarm of Terraform asks for its metric by the dimension that CloudWatch knows: the suffix of a load balancer's ARN, the identifier of
    a database. It wants no more data points than it looks at, its threshold is in the metric's unit (bytes), it has an action, and the
    topic it goes to has a subscriber.

Why it matters in production:
    An alarm on a dimension that does not exist stays in INSUFFICIENT_DATA, which looks like peace. FreeStorageSpace below 2 is two bytes.
    A topic without subscriber takes every message and nobody reads one.

Example:
    dimensions = { LoadBalancer = aws_lb.main.arn }

Instead:
    dimensions = { LoadBalancer = aws_lb.main.arn_suffix }

When to ignore:
    NET048 for an alarm that only a composite alarm or a dashboard reads: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import Folder, PlanView
from ._view.terraform import Block

SILENT = Rule("NET047", "cloud-alarm-cannot-fire", "error", "A CloudWatch alarm cannot fire as it is written.")
UNHEARD = Rule("NET048", "cloud-alarm-tells-nobody", "error", "A CloudWatch alarm has no action, or its topic has no subscriber.")
RULES = (SILENT, UNHEARD)

# dimension -> (attribute that does not fit, resource type, attribute that does)
_DIMENSIONS = {
    "LoadBalancer": (("arn", "id", "name", "dns_name"), ("aws_lb", "aws_alb"), "arn_suffix"),
    "TargetGroup": (("arn", "id", "name"), ("aws_lb_target_group", "aws_alb_target_group"), "arn_suffix"),
    "DBInstanceIdentifier": (("arn", "id", "resource_id", "endpoint", "address"), ("aws_db_instance",), "identifier"),
    "ClusterName": (("arn", "id"), ("aws_ecs_cluster",), "name"),
    "ServiceName": (("arn", "id"), ("aws_ecs_service",), "name"),
    "QueueName": (("arn", "id", "url"), ("aws_sqs_queue",), "name"),
}
_IN_BYTES = frozenset({"FreeStorageSpace", "FreeableMemory", "FreeLocalStorage", "SwapUsage", "BytesUsedForCache"})
_LEAST_BYTES = 1_000_000


def check(view: PlanView) -> Iterator[Finding]:
    """Yield alarms that stay silent."""
    for folder in view.terraform:
        subscribed = {b.text("topic_arn") or "" for b in folder.resources("aws_sns_topic_subscription")}
        alarms = folder.resources("aws_cloudwatch_metric_alarm")
        for alarm in alarms:
            yield from _dimensions(alarm)
            yield from _numbers(alarm)
            yield from _actions(folder, alarm)
        yield from _topics(view, folder, alarms, subscribed)


def _dimensions(alarm: Block) -> Iterator[Finding]:
    for name, node in alarm.pairs("dimensions"):
        text = alarm.file.text(node).strip()
        wrong, kinds, right = _DIMENSIONS.get(name, ((), (), ""))
        kind, _, attribute = text.partition(".")[0], "", text.rpartition(".")[2]
        if kind in kinds and attribute in wrong:
            yield SILENT.at(
                alarm.artifact,
                f"{alarm.address} asks for {name} = {text}; CloudWatch knows it by its {right}.",
                line=int(node.start_point[0]) + 1,
                quote=f"{name} = {text}",
                hint=f"Write {text.rpartition('.')[0]}.{right}.",
            )


def _numbers(alarm: Block) -> Iterator[Finding]:
    wanted, looked = alarm.value("datapoints_to_alarm") or "", alarm.value("evaluation_periods") or ""
    if wanted.isdigit() and looked.isdigit() and int(wanted) > int(looked):
        yield SILENT.at(
            alarm.artifact,
            f"{alarm.address} wants {wanted} data points of {looked} periods: AWS refuses it.",
            line=alarm.line_of("datapoints_to_alarm"),
            quote=f"datapoints_to_alarm = {wanted}",
            hint="Look at as many periods as points are wanted.",
        )
    threshold = alarm.value("threshold") or ""
    if (
        alarm.value("metric_name") in _IN_BYTES
        and threshold.replace(".", "", 1).isdigit()
        and 0 < float(threshold) < _LEAST_BYTES
        and "Less" in (alarm.value("comparison_operator") or "")
    ):
        yield SILENT.at(
            alarm.artifact,
            f"{alarm.address} goes off below {threshold} bytes: {alarm.value('metric_name')} is counted in bytes.",
            line=alarm.line_of("threshold"),
            quote=f"threshold = {threshold}",
            hint="2 GiB are 2147483648.",
        )


def _actions(folder: Folder, alarm: Block) -> Iterator[Finding]:
    composed = any(alarm.labels[-1] in b.everything for b in folder.resources("aws_cloudwatch_composite_alarm"))
    scales = "aws_appautoscaling" in alarm.everything or "aws_autoscaling" in alarm.everything
    stated = alarm.text("alarm_actions")
    if (stated is None or stated.replace(" ", "") == "[]") and alarm.text("ok_actions") is None and not composed and not scales:
        yield UNHEARD.at(
            alarm.artifact,
            f"{alarm.address} has no alarm_actions: it changes its colour and tells nobody.",
            line=alarm.line,
            quote=alarm.address,
            hint="Send it to the topic of the others.",
        )


def _topics(view: PlanView, folder: Folder, alarms: tuple[Block, ...], subscribed: set[str]) -> Iterator[Finding]:
    by_hand = any("sns" in call.texts and "subscribe" in call.texts for script in view.scripts for call in script.calls)
    used = " ".join(alarm.text("alarm_actions") or "" for alarm in alarms)
    for topic in folder.resources("aws_sns_topic"):
        taken = any(topic.address in text for text in subscribed) or "for_each" in topic.names()
        if (
            f"{topic.address}." in used
            and not taken
            and not by_hand
            and "aws_chatbot" not in " ".join(b.labels[0] for b in folder.of("resource"))
        ):
            yield UNHEARD.at(
                topic.artifact,
                f"{topic.address} has no subscriber: its alarms reach nobody.",
                line=topic.line,
                quote=topic.address,
                hint="Add an aws_sns_topic_subscription.",
            )
