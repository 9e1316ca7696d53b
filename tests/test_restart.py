"""The power goes in the middle of a rendering: servers, API and worker. Who followed goes on as if it had not."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import psutil

from app.client import ProgressEvent, ShopReel
from app.models import Wishes
from examples.demo_shop.shop import DemoShop
from tests.access.servers import answers
from tests.chaos.cluster import Cluster
from tests.polling import wait_for
from tests.sse import Sent, following

SHORT = "cup"
SMALL = Wishes(width=180, height=320, seconds=10)


@contextmanager
def installation(folder: Path, shop: DemoShop) -> Iterator[Cluster]:
    """Run ``shopreel serve`` as one does who has nothing else: with its worker and the embedded servers."""
    cluster = Cluster(folder, urlsplit(shop.url).netloc, workers=0)
    cluster.apis[0].command.remove("--no-worker")
    cluster.start()
    try:
        wait_for(lambda: answers(f"{cluster.url}/health/ready"), 60, "the service")
        yield cluster
    finally:
        cluster.stop()


def children(cluster: Cluster) -> list[psutil.Process]:
    """Return the worker and its renderer."""
    return list(psutil.Process(cluster.apis[0].process_id).children(recursive=True))


def of_worker(cluster: Cluster) -> list[psutil.Process]:
    """Return the worker alone: none while it is yet to be started."""
    found = []
    for child in children(cluster):
        with suppress(psutil.NoSuchProcess):  # what starts the servers is soon gone
            if "app.worker" in child.cmdline():
                found.append(child)
    return found


def send(processes: list[psutil.Process], number: int) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def power_cut(cluster: Cluster) -> None:
    """End every process of the installation at once."""
    everything = children(cluster) + cluster.servers()
    cluster.apis[0].kill()
    send(everything, signal.SIGKILL)
    psutil.wait_procs(everything, timeout=10)
    wait_for(lambda: not cluster.servers(), 10, "the end of all servers")


def sessions(url: str) -> list[dict[str, Any]]:
    """Return the short's sessions, each with its task as it stands."""
    answer = httpx2.get(f"{url}/api/v1/sessions/{SHORT}?include=task", timeout=20)
    found: list[dict[str, Any]] = answer.json()["sessions"] if answer.status_code == 200 else []
    return found


def is_rendering(session: dict[str, Any]) -> bool:
    task = session["task"]
    return bool(task["task_type"] == "video_generation" and task["status"] == "running" and task["progress"] > 5)


def standing(session: dict[str, Any]) -> tuple[Any, ...]:
    """Return which session it is, since when, and how it stands."""
    return session["task_id"], session["created_at"], session["status"]


def progress(session: dict[str, Any]) -> float:
    """Return how far its task has come."""
    return float(session["task"]["progress"])


def until_mid_render(events: Iterator[Sent], cluster: Cluster) -> tuple[list[Sent], list[dict[str, Any]]]:
    """Read up to a report of a rendering; return what came and the sessions, with the worker stopped where it is."""
    got: list[Sent] = []
    for event in events:
        got.append(event)
        if event.name == "progress" and event.data["task_type"] == "video_generation":
            stopped = children(cluster)
            send(stopped, signal.SIGSTOP)
            found = sessions(cluster.url)
            if any(map(is_rendering, found)):
                return got, found
            send(stopped, signal.SIGCONT)
    raise AssertionError("the stream ended before anything was rendered")


def test_a_restart_of_everything_in_mid_render_is_a_pause_for_who_follows(tmp_path: Path) -> None:
    told: list[ProgressEvent] = []
    with DemoShop() as shop, installation(tmp_path, shop) as cluster:
        url = cluster.url
        stream = f"{url}/api/v1/events?short_id={SHORT}"
        with ThreadPoolExecutor(1) as pool, ShopReel(url) as shopreel, following(stream) as events:
            assert next(events).name == "start"
            shopreel.create_short(shop.product_urls[0], short_id=SHORT, wishes=SMALL)
            waiting = pool.submit(shopreel.wait, SHORT, told.append, seconds=300)
            got, before = until_mid_render(events, cluster)
            power_cut(cluster)
            with suppress(httpx2.TransportError):
                got += events

            cluster.start()
            workers = wait_for(lambda: of_worker(cluster), 60, "the worker again")
            send(workers, signal.SIGSTOP)  # before it takes anything
            wait_for(lambda: answers(f"{url}/health/live"), 60, "the service again")
            after = sessions(url)
            page = httpx2.get(f"{url}/shorts/{SHORT}", timeout=20).text
            assert list(map(standing, after)) == list(map(standing, before))
            assert all(now >= then for now, then in zip(map(progress, after), map(progress, before), strict=True))
            assert f'"text":"{SHORT}"' in page
            assert '"text":", under way"' in page
            send(workers, signal.SIGCONT)

            with following(f"{stream}&wait=90", got[-1].id) as events:
                assert next(events).name == "start"
                while got[-1].name != "short" or got[-1].data["status"] == "making":
                    got.append(next(events))
            assert waiting.result().short.status == "completed"
        with following(f"{stream}&wait=0", 0) as events:
            every = list(events)[1:]
        assert got == every
        assert [event.id for event in got] == sorted({event.id for event in got})
        assert [one.event.seq for one in told] == [
            event.id for event in every if event.name != "short" and event.id >= told[0].event.seq
        ]
        assert got[-1].data["status"] == "completed"
        assert sessions(url) == []
        for one in filter(is_rendering, before):
            states = [event.data["status"] for event in got if event.data.get("task_id") == one["task_id"]]
            assert [state for state in states if state != "running"] == ["queued", "queued", "completed"]
        video = httpx2.get(f"{url}/api/v1/shorts/{SHORT}/video", timeout=20)
        assert (video.status_code, video.headers["content-type"]) == (200, "video/mp4")
