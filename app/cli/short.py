"""``shopreel short`` and ``shopreel preview``: a video of a product page, and a look at it before it is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from app.cli.options import Json, Key, Server, Source, SourceUrl
from app.errors import InvalidInput

if TYPE_CHECKING:
    from app.models import Wishes


def short(
    source: Source,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the video.")] = Path("short.mp4"),
    url: SourceUrl = None,
    style: Annotated[str | None, typer.Option(help="Such as clean, bold or warm; unset: by the product.")] = None,
    mood: Annotated[str, typer.Option(help="auto, calm, energetic, happy, nostalgic, tender or confident.")] = "happy",
    seconds: Annotated[float, typer.Option(help="Length, 10 to 60.")] = 15,
    variants: Annotated[int, typer.Option(help="Write so many different scripts, 1 to 5, and ask for one.")] = 1,
    every: Annotated[
        bool, typer.Option("--all", help="Film all scripts of --variants: short.mp4, short-2.mp4 and so on.")
    ] = False,
    language: Annotated[str | None, typer.Option(help="Two letters; unset: the page's own.")] = None,
    aspect: Annotated[str | None, typer.Option(help="9:16, 4:5, 1:1 or 16:9; unset: 9:16.")] = None,
    quality: Annotated[int, typer.Option(help="Pixels of the shorter side: 360 to 2160.")] = 720,
    watermark: Annotated[str | None, typer.Option(help="A few words, small, in every picture.")] = None,
    logo: Annotated[str | None, typer.Option(help="Your logo: a picture's URL or file.")] = None,
    colour: Annotated[list[str] | None, typer.Option(help="A colour of yours, #rrggbb; up to four times.")] = None,
    font: Annotated[str | None, typer.Option(help="An installed family, such as outfit.")] = None,
    end_card: Annotated[str | None, typer.Option(help="Words of a last picture, such as your address.")] = None,
    kit: Annotated[
        str | None, typer.Option("--brand-kit", help="A kit of shopreel brand list, or none; unset: the default one.")
    ] = None,
    voice: Annotated[str, typer.Option(help="auto, built_in, none (silence), or a name of shopreel voices.")] = "auto",
    voice_url: Annotated[str | None, typer.Option(help="Your own voice-over: the address of a sound file.")] = None,
    captions: Annotated[str, typer.Option(help="karaoke, phrase or none.")] = "karaoke",
    music: Annotated[str, typer.Option(help="auto (by mood) or none.")] = "auto",
    music_url: Annotated[str | None, typer.Option(help="Your own music: the address of a sound file.")] = None,
    sound_effects: Annotated[bool, typer.Option(help="Quiet whooshes at the cuts, chimes at hook and price.")] = True,
    effects: Annotated[bool | None, typer.Option(hidden=True, help="The former name.")] = None,
    clips: Annotated[str, typer.Option(help="built_in, or model: the video model of VIDEO_MODEL films.")] = "built_in",
    server: Server = None,
    key: Key = None,
    json: Json = False,
) -> None:
    """Make a short of a product page; write it, and what it was made from and with (JSON beside it), to files."""
    from app.access.caller import EVERYONE
    from app.blobs import store as media
    from app.cli.brand import brand_kit, write_provenance
    from app.cli.console import err
    from app.cli.scenario_card import choose_script
    from app.cli.serve import prepare
    from app.http.schemas import ShortRequest
    from app.processes.worker_process import WorkerProcess
    from app.scenario.writer import check_count
    from app.shorts import use_cases
    from app.shorts.steps.save_scenario import start_save_scenario
    from app.shorts.steps.scrape import read_source

    if not output.absolute().parent.is_dir():
        raise InvalidInput(f"the folder {output.absolute().parent} does not exist")
    check_count(variants)
    if effects is not None:
        err.print("--effects is called --sound-effects now; the former name goes on to work for a while")
        sound_effects = effects
    if server is None:
        prepare()
    shape: dict[str, Any] = {"aspect": aspect or "9:16", "quality": quality}
    sound = {"voice": voice, "voice_url": voice_url, "captions": captions, "music": music, "music_url": music_url}
    brand = brand_kit(logo, colour or [], font, end_card)
    wishes = wishes_of(
        style=style,
        mood=mood,
        seconds=seconds,
        language=language,
        watermark=watermark,
        brand=brand,
        sound_effects=sound_effects,
        clips=clips,
        **shape,
        **sound,
    )
    address, html = read_source(source, url)
    if server is not None:
        from app.cli.remote import make_short

        films = make_short(server, key, output, address, html, wishes, variants, kit, every=every)
    else:
        with WorkerProcess(log_path()) as process:
            request = ShortRequest(url=address, html=html, wishes=wishes, variants=variants, brand_kit=kit)
            made = _watch(use_cases.create(EVERYONE, request).short_id, process)
            films = {output: made}
            if made.variants and every:
                names = use_cases.render_variants(EVERYONE, made)
                films = {numbered(output, n): _watch(name, process) for n, name in enumerate(names, 1)}
            elif made.variants:
                start_save_scenario(made.short_id, choose_script(made.variants))
                films = {output: _watch(made.short_id, process)}
        for path, film in films.items():
            assert film.video is not None
            media.save_as(film.video.key, path)
    for path, film in films.items():
        video = film.video
        assert video is not None
        papers = write_provenance(path, video.provenance)
        if json:
            typer.echo(film.model_dump_json())
        else:
            err.print(f"[bold]{escape(str(path))}[/bold]: {video.seconds:.1f} s, {video.size / 1e6:.1f} MB")
            err.print(f"Made with {escape('; '.join(video.licences))}. More in {escape(papers.name)}.")


def preview(
    source: Annotated[str, typer.Argument(help="A product page's address, a saved HTML file, or a short's id.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the sheet: .jpg or .png.")] = Path(
        "preview.jpg"
    ),
    url: SourceUrl = None,
    style: Annotated[str | None, typer.Option(help="Such as clean, bold or warm; unset: by the product.")] = None,
    aspect: Annotated[str | None, typer.Option(help="9:16, 4:5, 1:1 or 16:9; unset: 9:16.")] = None,
) -> None:
    """Show a short's scenes on one contact sheet, in seconds: nothing is rendered, and its scenario waits for you."""
    from app.access.caller import EVERYONE
    from app.cli.console import drawing_bar, err
    from app.cli.serve import prepare
    from app.http.schemas import ShortRequest
    from app.processes.worker_process import WorkerProcess
    from app.shorts import repository as shorts
    from app.shorts import use_cases
    from app.shorts.preview import draw_preview
    from app.shorts.steps.scrape import read_source

    if output.suffix.lower() not in (".jpg", ".jpeg", ".png"):
        raise InvalidInput("--output: a .jpg or .png file")
    if not output.absolute().parent.is_dir():
        raise InvalidInput(f"the folder {output.absolute().parent} does not exist")
    prepare()
    if "://" in source or Path(source).exists():
        wishes = wishes_of(style=style, aspect=aspect or "9:16")
        address, html = read_source(source, url)
        with WorkerProcess(log_path()) as process:
            request = ShortRequest(url=address, html=html, wishes=wishes, review=True)
            made = _watch(use_cases.create(EVERYONE, request).short_id, process)
    else:
        made = shorts.get_short(source)
    with drawing_bar() as report:
        draw_preview(made, output, report)
    err.print(f"[bold]{escape(str(output))}[/bold]: {len(made.written_scenario().scenes)} scenes of {made.short_id}")


def numbered(output: Path, number: int) -> Path:
    """Return where the film of the script ``number`` (from 1) goes."""
    return output if number == 1 else output.with_stem(f"{output.stem}-{number}")


def log_path() -> Path:
    """Return the file that a worker beside a command with progress bars logs to."""
    from app.config import get_settings

    return get_settings().shopreel_data_dir / "logs" / "worker.log"


def _watch(short_id: str, process: Any) -> Any:
    from app.cli.console import watch_short
    from app.shorts.service import cancel_short

    try:
        return watch_short(short_id, process)
    except KeyboardInterrupt:
        cancel_short(short_id)
        raise


def wishes_of(**values: Any) -> Wishes:
    """Return wishes; a wrong one is told by its option.

    Raises:
        InvalidInput: one is wrong.
    """
    from pydantic import ValidationError

    from app.models import Wishes

    try:
        return Wishes(**values)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise InvalidInput(f"--{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}") from None
