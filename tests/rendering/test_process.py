"""The child process: results and errors come through, and nothing outlives a job."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.errors import Cancelled, InvalidInput, WorkFailed
from app.processes.children import end_spares
from app.rendering import process
from app.rendering.jobs import ClipJob, FilmJob, FilmResult, SpeechJob
from app.rendering.process import run_in_child
from tests.polling import wait_for
from tests.present import present

from .conftest import Film, ignore


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path) -> Iterator[None]:
    end_spares()
    yield
    end_spares()
    assert psutil.Process().children(recursive=True) == []
    assert not list(tmp_path.glob("*.part"))


def renderer() -> int:
    """Return the pid of the one child that there is."""
    (child,) = psutil.Process().children()
    return int(child.pid)


def elsewhere(job: FilmJob, folder: Path) -> FilmJob:
    """Return the order with other files to write."""
    return job.model_copy(update={"output": str(folder / "f.mp4"), "thumbnails": [str(folder / "f.jpg")]})


def long(fields: dict[str, Any]) -> ClipJob:
    return ClipJob.model_validate({**fields, "seconds": 60, "width": 1080, "height": 1920})


def test_a_clip_is_made_and_progress_is_told(clip_fields: dict[str, Any]) -> None:
    told = []
    result = run_in_child(ClipJob.model_validate(clip_fields), lambda *now: told.append(now), 60)
    assert result.frames == 30 and Path(result.path).exists()
    assert told[0] == (0.0, "start") and (1.0, "done") in told
    assert [share for share, _ in told] == sorted(share for share, _ in told)


def test_a_child_whose_job_went_well_does_the_next(clip_fields: dict[str, Any], tmp_path: Path) -> None:
    job = ClipJob.model_validate(clip_fields)
    run_in_child(job, ignore, 60)
    first = renderer()
    again = job.model_copy(update={"output": str(tmp_path / "again.mp4")})
    run_in_child(again, ignore, 60)
    assert renderer() == first
    assert (tmp_path / "again.mp4").read_bytes() == Path(job.output).read_bytes()
    with ThreadPoolExecutor(1) as other:
        other.submit(run_in_child, again, ignore, 60).result()
    assert renderer() == first  # whichever thread asks


def test_what_speaks_waits_apart_and_a_film_is_made_where_its_clips_were(
    clip_fields: dict[str, Any], film: Film, tmp_path: Path
) -> None:
    run_in_child(ClipJob.model_validate(clip_fields), ignore, 60)
    first = renderer()
    speech = SpeechJob(texts=["Meet the jar."], language="en", output=str(tmp_path / "said"))
    run_in_child(speech, ignore, 60)
    (speaker,) = {child.pid for child in psutil.Process().children()} - {first}
    said = (tmp_path / "said-0").read_bytes()
    run_in_child(elsewhere(film[0], tmp_path), ignore, 60)
    run_in_child(speech, ignore, 60)
    assert {child.pid for child in psutil.Process().children()} == {first, speaker}
    assert (tmp_path / "said-0").read_bytes() == said  # by a model that has spoken before


def test_a_child_gives_back_what_a_job_has_left_behind(clip_fields: dict[str, Any]) -> None:
    run_in_child(ClipJob.model_validate({**clip_fields, "width": 1080, "height": 1920}), ignore, 60)
    kept = psutil.Process(renderer()).memory_info
    wait_for(lambda: kept().rss < 180e6, what="the memory of the job to be given back")


def test_a_child_with_nothing_to_do_ends_and_one_that_was_killed_is_replaced(
    clip_fields: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ClipJob.model_validate(clip_fields)
    run_in_child(job, ignore, 60)
    os.kill(renderer(), signal.SIGKILL)
    os.waitid(os.P_PID, renderer(), os.WEXITED | os.WNOWAIT)
    monkeypatch.setattr(process.renderers, "seconds", 0.05)
    run_in_child(job, ignore, 60)
    wait_for(lambda: not psutil.Process().children(), what="the end of the child")
    run_in_child(job, ignore, 60)


@pytest.mark.parametrize("step", ["sound", "transitions"])
def test_a_film_that_is_cancelled_leaves_nothing(film: Film, tmp_path: Path, step: str) -> None:
    stopped = []

    def cancel(share: float, now: str) -> None:
        if now == step:
            stopped.append(time.monotonic())
            raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        run_in_child(elsewhere(film[0], tmp_path), cancel, 60)
    assert time.monotonic() - stopped[0] < 2
    assert not list(tmp_path.iterdir())


def test_a_film_whose_renderer_was_killed_takes_the_same_clips_again(film: Film, tmp_path: Path) -> None:
    job = elsewhere(film[0], tmp_path)
    before = [Path(one.scene.output).stat().st_mtime_ns for one in job.scenes]

    def shoot(share: float, step: str) -> None:
        if step == "transitions":
            os.kill(renderer(), signal.SIGKILL)

    with pytest.raises(WorkFailed, match="SIGKILL") as caught:
        run_in_child(job, shoot, 60)
    assert caught.value.retryable and not list(tmp_path.iterdir())
    result = run_in_child(job, ignore, 60)
    assert isinstance(result, FilmResult)
    assert result.captions == film[1].captions and result.frames == film[1].frames
    assert Path(result.path).exists() and Path(result.thumbnails[0].path).exists()
    assert [Path(one.scene.output).stat().st_mtime_ns for one in job.scenes] == before


def test_progress_is_called_while_nothing_happens(clip_fields: dict[str, Any]) -> None:
    calls = []
    run_in_child(ClipJob.model_validate(clip_fields), lambda *_: calls.append(time.monotonic()), 60)
    gaps = [after - before for before, after in pairwise(calls)]
    assert max(gaps) < 0.5


def test_invalid_input_comes_through(clip_fields: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_text("no picture")
    with pytest.raises(InvalidInput, match=r"picture bad\.jpg: this is not a picture"):
        run_in_child(ClipJob.model_validate({**clip_fields, "image": str(tmp_path / "bad.jpg")}), ignore, 60)


def test_what_progress_raises_kills_the_child_at_once(clip_fields: dict[str, Any], tmp_path: Path) -> None:
    stopped = []

    def cancel(share: float, step: str) -> None:
        if step == "frames" and list(tmp_path.glob("*.part")):
            stopped.append(time.monotonic())
            raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        run_in_child(long(clip_fields), cancel, 60)
    assert time.monotonic() - stopped[0] < 2
    assert not list(tmp_path.iterdir())


def test_a_child_that_dies_is_told_and_may_be_tried_again(clip_fields: dict[str, Any], tmp_path: Path) -> None:
    def shoot(share: float, step: str) -> None:
        if step == "frames" and list(tmp_path.glob("*.part")):
            os.kill(renderer(), signal.SIGKILL)

    with pytest.raises(WorkFailed, match="SIGKILL") as caught:
        run_in_child(long(clip_fields), shoot, 60)
    assert caught.value.retryable
    assert not list(tmp_path.iterdir())


def test_too_long_is_stopped(clip_fields: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(WorkFailed, match=r"longer than 1\.5 s") as caught:
        run_in_child(long(clip_fields), ignore, 1.5)
    assert caught.value.retryable and not list(tmp_path.iterdir())


def test_an_output_that_cannot_be_written_is_an_error(clip_fields: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkFailed, match=r"the folder of clip\.mp4"):
        run_in_child(ClipJob.model_validate({**clip_fields, "output": str(tmp_path / "file" / "clip.mp4")}), ignore, 60)


def test_the_child_dies_with_its_parent(clip_fields: dict[str, Any]) -> None:
    """The parent is killed without a chance to clean up; the renderer is gone soon after, though it can do nothing."""
    script = (
        "import sys\n"
        "from app.rendering.jobs import ClipJob\n"
        "from app.rendering.process import run_in_child\n"
        "job = ClipJob.model_validate_json(sys.argv[1])\n"
        "run_in_child(job, lambda share, step: print(step, flush=True), 60)\n"
    )
    order = long(clip_fields).model_dump_json()
    with subprocess.Popen(
        [sys.executable, "-c", script, order], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as parent:
        for line in present(parent.stdout):
            if line.strip() == "frames":
                break
        (child,) = psutil.Process(parent.pid).children()
        child.suspend()
        parent.kill()
    gone, alive = psutil.wait_procs([child], timeout=2)
    assert gone and not alive
    Path(str(clip_fields["output"]) + ".part").unlink(missing_ok=True)


def test_the_child_ends_when_nobody_writes_to_it_any_more(clip_fields: dict[str, Any]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "app.rendering", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as child:
        orders = present(child.stdin)
        orders.write(json.dumps({"clip": long(clip_fields).model_dump()}).encode() + b"\n")
        orders.flush()
        present(child.stdout).readline()
        orders.close()
        assert child.wait(timeout=3) == 1
    Path(str(clip_fields["output"]) + ".part").unlink(missing_ok=True)
