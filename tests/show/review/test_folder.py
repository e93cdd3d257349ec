"""The folder of a review: one of two reviews is whole whenever a run ends, and no file is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from aicost.show.review.folder import Draft, FolderError, drafted
from aicost.show.review.leftovers import MARK, MARKED, scratch
from aicost.show.review.strangers import CHAPTERS

CHANGES = {"open", "os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir"}
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="signals, pipes and rights of Unix")


def figures(system: str = "Desk", **more: str) -> str:
    return json.dumps({"name": system, "a_month": {}, **more})


def fill(draft: Draft, text: str) -> None:
    """Make the files of a review, but for its page."""
    (draft.new / "bill.csv").write_text(text)
    (draft.new / "review.json").write_text(figures(draft.system, text=text))
    (draft.new / CHAPTERS).mkdir()
    (draft.new / CHAPTERS / "00_first_bill.html").write_text(text)


def make(out: Path, text: str, system: str = "Desk", meanwhile: Callable[[], object] = int) -> None:
    """Make a review whose files hold one text, and the page the notes."""
    with drafted(out, system) as draft:
        fill(draft, text)
        meanwhile()

        def write_page(notes: Path) -> None:
            said = notes.read_text() if notes.exists() else ""
            (draft.new / "index.html").write_text(f"{text} {said}")

        draft.put_in_place(write_page)


def kept(folder: Path) -> dict[str, str]:
    """Every file of a folder with what it holds."""
    return {p.relative_to(folder).as_posix(): p.read_text() for p in files(folder)}


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def with_strangers(folder: Path) -> dict[str, str]:
    """Put notes and files of somebody else into a review."""
    strangers = {
        "notes.md": "Ask about the wage.",
        "photo.jpg": "a photo",
        "letters/2026/one.txt": "a letter",
        "chapters/mine.html": "a page of mine",
    }
    for name, text in strangers.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return strangers


def review_of(text: str, notes: str = "") -> dict[str, str]:
    return {
        "index.html": f"{text} {notes}",
        "bill.csv": text,
        "review.json": figures(text=text),
        "chapters/00_first_bill.html": text,
    }


def alone(folder: Path) -> bool:
    return [path.name for path in folder.parent.iterdir()] == [folder.name]


# ---- what is kept


def test_a_review_takes_over_notes_and_strangers(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    make(desk, "one")
    strangers = with_strangers(desk)
    (desk / "letters" / "2026").chmod(0o555)
    (desk / "gone").symlink_to("nowhere")
    desk.chmod(0o750)
    make(desk, "two")
    assert kept(desk) == review_of("two", strangers["notes.md"]) | strangers
    assert (desk / "gone").readlink() == Path("nowhere")
    assert oct(desk.stat().st_mode)[-3:] == "750"
    assert alone(desk)
    (desk / "letters" / "2026").chmod(0o755)


def test_what_is_saved_while_it_is_made_is_kept_and_shown(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    make(desk, "one")
    make(desk, "two", meanwhile=lambda: with_strangers(desk))
    assert kept(desk)["index.html"] == "two Ask about the wage."
    assert kept(desk)["photo.jpg"] == "a photo"


def test_what_is_typed_during_the_swap_is_kept_and_shown(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    make(desk, "one")
    (desk / "notes.md").write_text("early")
    pages = []

    with drafted(desk, "Desk") as draft:
        fill(draft, "two")

        def write_page(notes: Path) -> None:
            pages.append(notes.read_text())
            (desk / "notes.md").write_text("late") if len(pages) == 1 else None

        draft.put_in_place(write_page)
    assert pages == ["early", "late"]
    assert (desk / "notes.md").read_text() == "late"


def test_pages_of_an_earlier_review_go(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    make(desk, "one")
    with drafted(desk, "Desk") as draft:
        (draft.new / "review.json").write_text(figures())
        draft.put_in_place(lambda _: None)
    assert [path.name for path in desk.iterdir()] == ["review.json"]


def test_where_a_disk_has_no_links_files_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("no links here")

    desk = tmp_path / "desk"
    make(desk, "one")
    strangers = with_strangers(desk)
    monkeypatch.setattr(os, "link", refuse)
    make(desk, "two")
    assert kept(desk) == review_of("two", strangers["notes.md"]) | strangers


# ---- what is refused


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("file", "it is a file; name another folder with --out"),
        ("pipe", "it is a pipe;"),
        ("socket", "it is a socket;"),
        ("/dev/null", "it is a device;"),
        ("other", "it holds letter.txt and no review; move that, or"),
        ("page", "it holds index.html and no review;"),
        ("text", "its review.json is none that a review wrote;"),
        ("list", "its review.json is none that a review wrote;"),
        ("piped", "its review.json is none that a review wrote;"),
        ("deep", "its review.json is none that a review wrote;"),
        ("client", "it holds the review of 'Client A', and this is 'Desk'; name another folder"),
        ("file/below", "file is no folder; name another with --out"),
        ("loop", "no review can be written there ("),
        (".", "you are in it; name one inside it"),
        ("..", "you are in it;"),
    ],
)
@UNIX
def test_nothing_but_a_review_is_replaced(
    name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    Path("file").write_text("mine")
    Path("loop").symlink_to("loop")
    os.mkfifo("pipe")
    for folder, file, text in (
        ("other", "letter.txt", ""),
        ("page", "index.html", ""),
        ("text", "review.json", "mine"),
        ("list", "review.json", "[]"),
        ("deep", "review.json", "[" * 100_000),
        ("client", "review.json", figures("Client A")),
    ):
        Path(folder).mkdir()
        Path(folder, file).write_text(text)
    Path("piped").mkdir()
    os.mkfifo("piped/review.json")
    before = sorted(here.rglob("*"))
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind("socket")
        with pytest.raises(FolderError) as caught:
            make(Path(name), "two")
        Path("socket").unlink()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert sorted(here.rglob("*")) == before


def test_one_name_in_two_files_is_two_systems(tmp_path: Path) -> None:
    with drafted(tmp_path / "desk", "Desk", "A") as draft:
        (draft.new / "review.json").write_text(figures(made_from="A"))
        draft.put_in_place(lambda _: None)
    with drafted(tmp_path / "desk", "Desk", "A"):
        pass
    with drafted(tmp_path / "desk", "Desk"):  # as with --out, by which it was chosen
        pass
    with (
        pytest.raises(FolderError, match="another file that is called 'Desk', too"),
        drafted(tmp_path / "desk", "Desk", "B"),
    ):
        pass


def test_links_are_followed_first(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    link = tmp_path / "link"
    link.symlink_to("far/desk")
    for text in ("one", "two", "three"):
        make(link, text)
    assert kept(tmp_path / "far" / "desk") == review_of("three")
    assert link.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["far", "link"]
    assert alone(tmp_path / "far" / "desk")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write")
def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    make(desk, "one")
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(FolderError, match=r"written there \(permission denied\)"):
            make(desk, "two")
    finally:
        tmp_path.chmod(0o755)
    assert kept(desk) == review_of("one")


def test_a_full_disk_leaves_the_earlier_review(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    make(desk, "one")
    strangers = with_strangers(desk)

    def full() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        make(desk, "two", meanwhile=full)
    with drafted(desk, "Desk") as draft:
        fill(draft, "two")
        with pytest.raises(FolderError, match="no space left on device"):
            draft.put_in_place(lambda _: full())
    assert kept(desk) == review_of("one") | strangers
    assert alone(desk)


# ---- runs that end early


@UNIX
def test_killed_at_any_step_one_review_is_whole(tmp_path: Path) -> None:
    """A run is ended before each change of the disk, one after another, as kill -9 would."""
    make(tmp_path / "earlier", "one")
    strangers = with_strangers(tmp_path / "earlier")
    old = review_of("one") | strangers
    new = review_of("two", strangers["notes.md"]) | strangers
    ended, steps = True, 0
    while ended:
        desk = tmp_path / str(steps) / "desk"
        shutil.copytree(tmp_path / "earlier", desk)
        ended = ended_before(steps, lambda desk=desk: make(desk, "two"))
        if desk.exists():
            assert kept(desk) in (old, new)
        with drafted(desk, "Desk"):  # the next run
            pass
        assert kept(desk) in (old, new)
        assert alone(desk)
        steps += 1
    assert kept(desk) == new
    assert steps > 30


@UNIX
def test_killed_while_the_next_run_clears_up(tmp_path: Path) -> None:
    """What brings an earlier review back may be killed, too."""
    desk, steps = tmp_path / "desk", 0
    make(desk, "one")
    old = kept(desk)
    while True:
        making = tmp_path / ".making-abcd_123"
        making.mkdir()
        (making / MARK).write_bytes(MARKED + b"desk")
        desk.rename(making / "old")
        (making / "new").mkdir()

        def clear() -> None:
            with drafted(desk, "Desk"):
                pass

        again = ended_before(steps, clear)
        clear()
        assert kept(desk) == old
        assert alone(desk)
        if not again:
            break
        steps += 1
    assert steps > 8


def ended_before(step: int, work: Callable[[], object]) -> bool:
    """Do some work in a process that ends, uncleaned, before its nth change of the disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads do not matter here
        child = os.fork()
    if not child:
        done = 0

        def count(event: str, _: object) -> None:
            nonlocal done
            if event in CHANGES:
                if done == step:
                    os._exit(9)
                done += 1

        sys.addaudithook(count)
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 9)
    return status == 9


@UNIX
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signals_clean_up_at_once(number: signal.Signals, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    make(desk, "one")
    before = signal.signal(number, signal.SIG_DFL)
    if number == signal.SIGINT:
        signal.signal(number, signal.default_int_handler)
    try:
        with pytest.raises((SystemExit, KeyboardInterrupt)):
            make(desk, "two", meanwhile=lambda: os.kill(os.getpid(), number) or time.sleep(5))
    finally:
        signal.signal(number, before)
    assert kept(desk) == review_of("one")
    assert alone(desk)


def test_what_is_not_known_to_be_ours_stays(tmp_path: Path) -> None:
    mine = {
        ".old-desk/photo.jpg": "mine",
        ".making-cake/recipe.txt": "mine",
        ".making-abcd1234/recipe.txt": "mine",
        f".making-abcd5678/{MARK}": "mine",
        f".making-abcd9999/{MARK}": MARKED.decode() + "desk",
        ".making-abcd9999/recipe.txt": "mine",
        f".making-abcd0000/{MARK}": MARKED.decode() + "../desk",
        ".making-abcd0000/old/recipe.txt": "mine",
    }
    for name, text in mine.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".making-link1234").symlink_to(".old-desk")
    make(tmp_path / "desk", "one")
    make(tmp_path / "desk", "two")
    assert (tmp_path / ".making-link1234").is_symlink()
    (tmp_path / ".making-link1234").unlink()
    assert {k: v for k, v in kept(tmp_path).items() if not k.startswith("desk/")} == mine


def test_a_review_that_is_put_aside_is_not_thrown_away(tmp_path: Path) -> None:
    """Somebody made the folder anew after a run was killed between its renames."""
    making, desk = tmp_path / ".making-abcd1234", tmp_path / "desk"
    make(desk, "one")
    making.mkdir()
    (making / MARK).write_bytes(MARKED + b"desk")
    desk.rename(making / "old")
    (making / "new").mkdir()
    desk.mkdir()
    make(desk, "two")
    assert kept(making / "old") == review_of("one")


# ---- two runs at once


def test_two_runs_at_once_leave_one_whole_review(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    make(desk, "one", meanwhile=lambda: make(desk, "two", meanwhile=lambda: make(desk, "three")))
    assert kept(desk) == review_of("one")
    assert alone(desk)


def test_the_later_of_two_systems_is_refused(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    with pytest.raises(FolderError, match="the review of 'Client A', and this is 'Desk'"):
        make(desk, "one", meanwhile=lambda: make(desk, "two", system="Client A"))
    assert kept(desk)["bill.csv"] == "two"
    assert alone(desk)


# ---- what a run needs for itself


@UNIX
def test_scratch_of_a_killed_run_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dead, young, link = (
        tmp_path / f"aicost-{name}" for name in ("deadbeef", "justmade", "linked__")
    )
    for folder in (dead, young):
        (folder / "sub").mkdir(parents=True)
    link.symlink_to(young)
    (tmp_path / "aicost-notes.md").write_text("a client's")
    with scratch() as living:
        (living / "k.json").write_text("{}")
        for folder in (dead, living):
            os.utime(folder, (1e9, 1e9))
        with scratch() as other:
            assert not dead.exists()
            assert (living / "k.json").exists()
        assert not other.exists()
    assert {path.name for path in tmp_path.iterdir()} == {
        "aicost-justmade",
        "aicost-linked__",
        "aicost-notes.md",
    }
