"""The simulation repeats itself by its seed, and what goes wrong goes wrong where it says."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import External
from fp.kernel.fs import TEMPORARY_PREFIX
from fp.kernel.ports import ProcessRequest, RefUpdate, Signature
from fp.kernel.sim.clock import SimClock
from fp.kernel.sim.faults import Crash, Fault, Faults, Rates, drawn_rates
from fp.kernel.sim.ids import SimIds
from fp.kernel.sim.processes import Life
from fp.kernel.sim.remote import Hub
from fp.kernel.sim.world import TOP, Simulation, sim_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from fp.kernel.world import World

ANN = Signature("Ann", "ann@test.invalid", datetime(2026, 11, 22, tzinfo=UTC))
MAIN = "refs/heads/main"
CLAIM = "refs/fp/claims/FP-1"
JOURNAL = "fp/moves/x.json"


def claim(world: World, text: str) -> str:
    return world.objects.commit(world.objects.empty_tree(), (), text, ANN)


# -- determinism ----------------------------------------------------------------------------------------------------


def story(seed: int) -> list[str]:
    """A short life under faults, as words."""
    machine = Simulation(seed, rates=Rates(crash=0.05, lost=0.3, fails=0.05), hubs={"origin": Hub()})
    told: list[str] = []
    world = machine.world
    for number in range(30):
        try:
            new = claim(world, f"{number} {world.ids.text('abc', 4)}")
            told.append(world.remote("origin").refs().transact([RefUpdate(f"{CLAIM}{number}", None, new)]).status)
            world.files.write(f"file-{number}", new.encode())
        except Crash as crash:
            told.append(f"crash at {crash}")
            world = machine.lose_power() if machine.seed % 2 else machine.restart_process()
        except External as error:
            told.append(error.message)
    return [*told, repr(sorted(machine.disk.contents())), repr(sorted(machine.faults.struck.items()))]


def hidden_names(told: list[str]) -> list[str]:
    return [line for line in told if TEMPORARY_PREFIX not in line]


def test_a_seed_repeats_its_story() -> None:
    for seed in range(5):
        assert hidden_names(story(seed)) == hidden_names(story(seed))


def test_seeds_differ_and_every_kind_of_end_is_reached() -> None:
    stories = [story(seed) for seed in range(30)]
    assert len({tuple(hidden_names(told)) for told in stories}) > 20
    words = " ".join(word for told in stories for word in told)
    for reached in ("crash at", "done", "unknown", "failed (simulated)", "No space left"):
        assert reached in words


def test_ids_repeat_by_seed() -> None:
    assert SimIds(7).text("abcdef", 20) == SimIds(7).text("abcdef", 20) != SimIds(8).text("abcdef", 20)


def test_rates_are_drawn_for_each_seed_within_their_bounds() -> None:
    most = Rates(0.1, 0.2, 0.3)
    drawn = [drawn_rates(seed, most) for seed in range(50)]
    assert len({rates.crash for rates in drawn}) == 50
    assert all(rates.crash <= 0.1 and rates.lost <= 0.2 and rates.fails <= 0.3 for rates in drawn)


# -- faults ---------------------------------------------------------------------------------------------------------


def test_a_planned_fault_strikes_at_its_visit_alone() -> None:
    faults = Faults()
    faults.plan("step", Fault.FAILS, on_visit=2)
    faults.check("step")
    with pytest.raises(External):
        faults.check("step")
    faults.check("step")
    assert (faults.reached["step"], faults.struck["step", Fault.FAILS]) == (3, 1)


def test_a_process_that_crashed_can_do_nothing_until_it_is_started_again() -> None:
    machine = Simulation(1)
    world = machine.world
    machine.faults.plan("refs.transact", Fault.CRASH_AFTER)
    with pytest.raises(Crash):
        world.refs.transact([RefUpdate(CLAIM, None, claim(world, "held"))])
    calls: list[Callable[[], object]] = [
        lambda: world.refs.read(CLAIM),
        lambda: world.files.read("x"),
        lambda: world.files.write("x", b""),
        lambda: world.objects.blob(b""),
        world.worktrees.list,
    ]
    for call in calls:
        with pytest.raises(Crash):
            call()
    assert machine.restart_process().refs.read(CLAIM) is not None


def test_a_crash_leaves_what_the_dead_process_had_no_time_to_clean_up() -> None:
    machine = Simulation(1)
    machine.faults.plan("disk.replace", Fault.CRASH_BEFORE)
    with pytest.raises(Crash):
        machine.world.files.write("file", b"new")
    files = machine.restart_process().files
    assert (files.names(""), len(files.leftovers(""))) == ([".git"], 1)  # type: ignore[attr-defined] - not of the port


def test_a_full_disk_is_an_error_with_its_words() -> None:
    machine = Simulation(1)
    machine.faults.plan("disk.write", Fault.FAILS)
    with pytest.raises(External, match="No space left"):
        machine.world.files.write("file", b"new")
    assert machine.world.files.names("") == [".git"]


def test_what_others_do_meanwhile_has_no_faults() -> None:
    machine = Simulation(1, rates=Rates(crash=1.0, fails=1.0))
    with machine.faults.quiet():
        machine.world.files.write("file", b"by a person")
        machine.worktrees.commit_all(TOP, "by a person", ANN)
    assert machine.faults.reached == {}
    machine.faults.heal()
    assert machine.world.files.read("file") == b"by a person"


@pytest.mark.parametrize(("fault", "moved"), [(Fault.LOST_BEFORE, False), (Fault.LOST_AFTER, True)])
def test_a_lost_answer_is_unknown_with_and_without_effect(fault: Fault, moved: bool) -> None:
    machine = Simulation(1, hubs={"origin": Hub()})
    refs = machine.world.remote("origin").refs()
    updates = [RefUpdate(CLAIM, None, claim(machine.world, "held"))]
    machine.faults.plan("remote.transact", fault)
    assert refs.transact(updates).status == "unknown"
    assert (refs.read(CLAIM) is not None) == moved
    assert refs.transact(updates).status == "done"


def test_a_parted_network_answers_nothing_and_heals() -> None:
    machine = Simulation(1, hubs={"origin": Hub()})
    remote = machine.world.remote("origin")
    updates = [RefUpdate(CLAIM, None, claim(machine.world, "held"))]
    machine.hubs["origin"].reachable = False
    assert remote.refs().transact(updates).status == "unknown"
    for call in (lambda: remote.refs().list("refs/"), lambda: remote.fetch([CLAIM])):
        with pytest.raises(External):
            call()
    machine.hubs["origin"].reachable = True
    assert remote.refs().transact(updates).status == "done"


def test_the_push_is_as_blind_to_what_is_up_to_date_as_git_is() -> None:
    """The reason why a fenced write must change the claim: here a stale epoch would land."""
    hub = Hub()
    machine = Simulation(1, hubs={"origin": hub})
    world = machine.world
    held, taken = claim(world, "held"), claim(world, "taken over")
    target = claim(world, "target")
    refs = world.remote("origin").refs()
    refs.transact([RefUpdate(CLAIM, None, held)])
    refs.transact([RefUpdate(CLAIM, held, taken)])
    blind = [RefUpdate(MAIN, None, target), RefUpdate(CLAIM, held, taken)]
    assert refs.transact(blind).status == "done"


# -- power ----------------------------------------------------------------------------------------------------------


def test_what_was_written_survives_a_loss_of_power_and_what_was_only_typed_may_not() -> None:
    survived = []
    for seed in range(20):
        machine = Simulation(seed)
        machine.world.files.write("safe", b"written")
        machine.worktrees.commit_all(TOP, "first", ANN)
        descriptor = machine.disk.open(f"{TOP}/typed", 0o101, 0o644)
        machine.disk.write(descriptor, memoryview(b"typed"))
        files = machine.lose_power().files
        assert files.read("safe") == b"written"
        survived.append("typed" in files.names("") and files.read("typed") == b"typed")
    assert 0 < survived.count(True) < 20


def test_a_loss_of_power_ends_all_processes_and_is_another_boot() -> None:
    machine = Simulation(1, programs={"agent": lambda _: Life(seconds=None)})
    world = machine.world
    process = world.processes.spawn(request("agent"))
    boot = world.host.boot_id()
    world = machine.lose_power()
    assert world.host.boot_id() != boot
    assert world.processes.liveness(process).state == "dead"
    assert machine.processes.alive() == []


# -- time -----------------------------------------------------------------------------------------------------------


def test_things_happen_in_the_order_of_their_time() -> None:
    clock, told = SimClock(), list[tuple[str, float]]()
    clock.after(2, lambda: told.append(("second", clock.monotonic())))
    clock.after(1, lambda: clock.after(0.5, lambda: told.append(("first", clock.monotonic()))))
    clock.after(9, lambda: told.append(("never", 0)))
    clock.sleep(5)
    assert told == [("first", 1.5), ("second", 2.0)]
    assert clock.monotonic() == 5


def test_a_jump_of_the_wall_clock_does_not_move_the_steady_one() -> None:
    clock = SimClock()
    before = clock.now()
    clock.jump(-86_400)
    assert clock.now() - before == timedelta(days=-1)
    assert clock.monotonic() == 0


# -- processes ------------------------------------------------------------------------------------------------------


def request(name: str) -> ProcessRequest:
    return ProcessRequest((name,), TOP, {}, f"{TOP}/.git/out", f"{TOP}/.git/err")


def test_a_scripted_life_writes_acts_and_ends() -> None:
    done: list[str] = []
    life = Life(10, 7, ((1, b"one\n"), (4, b"two\n")), ((2, lambda: done.append("acted")),))
    machine = Simulation(1, programs={"agent": lambda _: life})
    process = machine.processes.spawn(request("agent"))
    machine.clock.sleep(3)
    assert (machine.world.state.read("out"), done) == (b"one\n", ["acted"])
    machine.clock.sleep(6.9)
    assert machine.processes.liveness(process).state == "alive"
    machine.clock.sleep(0.1)
    assert machine.processes.exit_status(process) == 7
    assert machine.world.state.read("out") == b"one\ntwo\n"


def test_a_stopped_process_writes_nothing_and_lives_on_from_there() -> None:
    machine = Simulation(1, programs={"agent": lambda _: Life(4, 0, ((2, b"late\n"),))})
    process = machine.processes.spawn(request("agent"))
    machine.clock.sleep(1)
    machine.processes.signal_group(process, signal.SIGSTOP)
    machine.clock.sleep(1000)
    assert machine.world.state.read("out") == b""
    machine.processes.signal_group(process, signal.SIGCONT)
    machine.clock.sleep(1)
    assert machine.world.state.read("out") == b"late\n"
    assert machine.processes.liveness(process).state == "alive"
    machine.clock.sleep(2)
    assert machine.processes.exit_status(process) == 0


def test_a_process_may_ignore_all_but_the_kill() -> None:
    ignores = frozenset({signal.SIGINT, signal.SIGTERM})
    machine = Simulation(1, programs={"agent": lambda _: Life(None, ignores=ignores)})
    process = machine.processes.spawn(request("agent"))
    for number in (signal.SIGINT, signal.SIGTERM):
        assert machine.processes.signal_group(process, number)
    assert machine.processes.liveness(process).state == "alive"
    machine.processes.signal_group(process, signal.SIGKILL)
    assert machine.processes.exit_status(process) == -signal.SIGKILL


def test_a_pid_that_is_used_again_is_another_process() -> None:
    machine = Simulation(1, programs={"agent": lambda _: Life(1)})
    process = machine.processes.spawn(request("agent"))
    machine.clock.sleep(2)
    stranger = machine.processes.reuse_pid(process)
    assert stranger.pid == process.pid
    assert machine.processes.liveness(process).state == "dead"
    assert not machine.processes.signal_group(process, signal.SIGKILL)
    assert machine.processes.liveness(stranger).state == "alive"


def test_after_a_restart_children_run_on_and_are_no_children() -> None:
    machine = Simulation(1, programs={"agent": lambda _: Life(5, 3)})
    process = machine.processes.spawn(request("agent"))
    world = machine.restart_process()
    assert world.processes.liveness(process).state == "alive"
    machine.clock.sleep(5)
    assert world.processes.liveness(process).state == "dead"
    assert world.processes.exit_status(process) is None


def test_what_cannot_be_observed_is_unknown() -> None:
    machine = Simulation(1, programs={"agent": lambda _: Life(None)})
    process = machine.processes.spawn(request("agent"))
    machine.faults.plan("processes.liveness", Fault.FAILS)
    assert machine.processes.liveness(process).state == "unknown"


# -- moves ----------------------------------------------------------------------------------------------------------

STEPS = (
    "move-journalled",
    "move-prepared",
    "disk.unlink",
    "disk.open",
    "disk.write",
    "move-checked-out",
    "move-committed",
)


def landing(machine: Simulation) -> tuple[list[RefUpdate], str]:
    world = machine.world
    for path in ("goes", "stays", "changes"):
        world.files.write(path, path.encode())
    old = machine.worktrees.commit_all(TOP, "first", ANN)
    changes = {"goes": None, "changes": b"changed", "new/file": b"new"}
    new = world.objects.commit(world.objects.with_changes(old, changes), (old,), "landing", ANN)
    return [RefUpdate(MAIN, old, new)], old


@pytest.mark.parametrize("step", STEPS)
def test_a_move_that_dies_at_any_step_is_undone_or_finished(step: str) -> None:
    for visit in range(1, 6):
        machine = Simulation(1)
        updates, old = landing(machine)
        machine.world.files.write("mine", b"untracked")
        machine.faults.plan(step, Fault.CRASH_BEFORE, on_visit=visit)
        try:
            machine.world.worktrees.move_branch(updates, journal=JOURNAL)
        except Crash:
            worktrees = machine.restart_process().worktrees
        else:
            assert visit > 1
            return
        worktrees.recover(JOURNAL)
        assert machine.worktrees.dirt(TOP) == ["mine"]
        assert machine.refs.read(MAIN) in (old, updates[0].new)
        assert worktrees.move_branch(updates, journal=JOURNAL).status == "done"
        assert machine.worktrees.dirt(TOP) == ["mine"]
        assert machine.world.files.read("new/file") == b"new"


def test_a_person_s_commit_after_the_crash_reverts_nothing() -> None:
    machine = Simulation(1)
    updates, _ = landing(machine)
    machine.faults.plan("move-checked-out", Fault.CRASH_BEFORE)
    with pytest.raises(Crash):
        machine.world.worktrees.move_branch(updates, journal=JOURNAL)
    machine.restart_process()
    commit = machine.worktrees.commit_all(TOP, "mine", ANN)
    assert machine.world.worktrees.recover(JOURNAL) is not None
    assert machine.worktrees.dirt(TOP) == []
    assert [entry.path for entry in machine.objects.list_tree(commit)] == ["changes", "new/file", "stays"]


def test_nothing_moves_while_a_person_has_something_under_way() -> None:
    machine = Simulation(1)
    updates, old = landing(machine)
    machine.worktrees.checkout_at(TOP).under_way = "a merge"
    moved = machine.world.worktrees.move_branch(updates, journal=JOURNAL)
    assert (moved.status, machine.refs.read(MAIN)) == ("refused", old)
    assert "a merge is under way" in moved.reason


def test_a_reset_gives_up_what_the_person_had() -> None:
    machine = Simulation(1)
    landing(machine)
    machine.world.files.write("changes", b"mine")
    assert machine.worktrees.dirt(TOP) == ["changes"]
    machine.worktrees.reset(TOP)
    assert machine.worktrees.dirt(TOP) == []


def test_a_simulated_world_needs_nothing_but_a_seed() -> None:
    world = sim_world(1)
    world.files.write("x", b"y")
    assert world.refs.list("refs/") == {}
    assert world.ids.text("ab", 5) == sim_world(1).ids.text("ab", 5)
