"""What Prometheus is told: counters of this process, and what waits in the database at that moment.

The counters are plain dictionaries, since they are touched with every request, and become
Prometheus's own kind only when they are read.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Histogram:
    """Counts values by bucket."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def note(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def buckets(self) -> list[tuple[str, float]]:
        """Cumulative, as Prometheus wants them."""
        cumulated, so_far = [], 0
        for bound, count in zip((*self.bounds, float("inf")), self.counts, strict=True):
            so_far += count
            cumulated.append(("+Inf" if bound == float("inf") else str(bound), float(so_far)))
        return cumulated


class Metrics(Collector):
    """The counters of one process."""

    def __init__(self) -> None:
        self.seconds: dict[tuple[str, int], Histogram] = {}
        self.webhooks: Counter[tuple[str, str]] = Counter()
        self.repeated = 0
        self.batches = Histogram(SIZES)
        self.renders: Counter[str] = Counter()
        self.waiting: Callable[[], int] = lambda: 0
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.registry.register(self)

    def note_request(self, route: str, status: int, seconds: float) -> None:
        """An answered request, by its path's template."""
        histogram = self.seconds.get((route, status))
        if histogram is None:
            histogram = self.seconds[route, status] = Histogram(SECONDS)
        histogram.note(seconds)

    def note_webhook(self, system: str, outcome: str) -> None:
        """What became of a delivery."""
        self.webhooks[system, outcome] += 1

    def note_batch(self, size: int, new: int) -> None:
        """Deliveries that shared a commit, and how many of them were new."""
        self.batches.note(size)
        self.repeated += size - new

    def note_render(self, outcome: str) -> None:
        """What became of a rendering."""
        self.renders[outcome] += 1

    def collect(self) -> Iterator[Metric]:
        """For Prometheus."""
        yield from self._about_requests()
        yield from self._about_webhooks()
        renders = CounterMetricFamily(
            "aftercart_page_renders", "Tracking pages rendered.", labels=["outcome"]
        )
        for outcome, count in self.renders.items():
            renders.add_metric([outcome], count)
        yield renders

    def _about_requests(self) -> Iterator[Metric]:
        seconds = HistogramMetricFamily(
            "aftercart_request_seconds", "Time to answer.", labels=["route", "status"]
        )
        for (route, status), histogram in self.seconds.items():
            seconds.add_metric([route, str(status)], histogram.buckets(), histogram.total)
        yield seconds

    def _about_webhooks(self) -> Iterator[Metric]:
        webhooks = CounterMetricFamily(
            "aftercart_webhooks", "Webhooks by what became of them.", labels=["system", "outcome"]
        )
        for (system, outcome), count in self.webhooks.items():
            webhooks.add_metric([system, outcome], count)
        yield webhooks
        repeated = CounterMetricFamily(
            "aftercart_webhooks_repeated", "Deliveries that were there already."
        )
        repeated.add_metric([], self.repeated)
        yield repeated
        batches = HistogramMetricFamily(
            "aftercart_webhook_batch", "Deliveries that shared a commit."
        )
        batches.add_metric([], self.batches.buckets(), self.batches.total)
        yield batches
        yield GaugeMetricFamily(
            "aftercart_webhooks_waiting", "Deliveries that wait for a commit.", self.waiting()
        )


def exposition(metrics: Metrics, gauges: list[Metric]) -> bytes:
    """Everything in Prometheus's text format."""

    class Now(Collector):
        def collect(self) -> Iterator[Metric]:
            return iter(gauges)

    at_the_moment = CollectorRegistry()
    at_the_moment.register(Now())
    return generate_latest(metrics.registry) + generate_latest(at_the_moment)
