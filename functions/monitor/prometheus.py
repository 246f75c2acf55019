"""Readings as Prometheus reads them: its text format, version 0.0.4.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from collections.abc import Iterable, Iterator, Sequence

from lectern.monitoring.reading import GAUGES, Reading

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(readings: Iterable[Reading]) -> str:
    told = list(readings)
    return "".join(f"{line}\n" for gauge in GAUGES for line in _lines(gauge, told))


def _lines(gauge: str, readings: Sequence[Reading]) -> Iterator[str]:
    of_it = [reading for reading in readings if reading.gauge == gauge]
    if of_it:
        yield f"# HELP lectern_{gauge} {GAUGES[gauge]}"
        yield f"# TYPE lectern_{gauge} gauge"
    for reading in of_it:
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in reading.labels.items())
        yield f"lectern_{gauge}{{{labels}}} {reading.value:.15g}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
