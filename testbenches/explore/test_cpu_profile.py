"""Samples of the simulator's program counter, added up by part."""

from __future__ import annotations

from pathlib import Path

import pytest

from zerostage import cpu_profile
from zerostage.paths import ROOT


@pytest.fixture(scope="module")
def known() -> cpu_profile.Owners:
    """Who owns what in this repository's models."""
    return cpu_profile.owners(ROOT / "models")


@pytest.mark.parametrize(
    ("sample", "part"),
    [
        ("7f3b5ecfc169 [unknown] (/tmp/perf-5160.map)", cpu_profile.GUEST),
        ("7f01 Dynarmic::A32::Jit::Run (/usr/lib/libdynarmic.so.6.4.5)", cpu_profile.TRANSLATOR),
        ("7f02 sc_core::sc_event::trigger (/usr/lib/libsystemc-2.3.4.so)", cpu_profile.KERNEL),
        ("5501 tlm_utils::callback_binder_fw<x>::b_transport (/b/zs-sim)", cpu_profile.KERNEL),
        ("ffff exc_page_fault ([kernel.kallsyms])", cpu_profile.HOST),
        ("5502 cache_find (/b/zs-sim)", cpu_profile.ROOMS["cache"]),
        ("5503 choose_among.lto_priv.0 (/b/zs-sim)", cpu_profile.ROOMS["dram"]),
        ("5504 zs::axi_link::b_transport (/b/zs-sim)", cpu_profile.ROOMS["axi"]),
        (
            "5505 sc_core::sc_spawn_object<zs::burst_port::burst_port(x)::{lambda()#1}>::semantics"
            " (/b/zs-sim)",
            cpu_profile.ROOMS["dma"],
        ),
        (
            "5506 non-virtual thunk to zs::cpu::engine_a32::MemoryRead32(unsigned int) (/b/zs-sim)",
            cpu_profile.ROOMS["cpu"],
        ),
        ("5507 sha256_add (/b/zs-sim)", cpu_profile.REST),
    ],
)
def test_a_sample_counts_for_one_part(known: cpu_profile.Owners, sample: str, part: str) -> None:
    """By binary, then by the room of models/ that has the function or its class."""
    assert cpu_profile.parts(f"    {sample}\n", known) == {part: 1}


def test_what_is_no_sample_is_not_counted(known: cpu_profile.Owners) -> None:
    """Empty lines separate samples with call chains."""
    assert not cpu_profile.parts("\n\n", known)
