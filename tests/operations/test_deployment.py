"""The files in ``ops/``: what each names exists, and the tools that read such files find nothing wrong."""

from __future__ import annotations

import ipaddress
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from prometheus_client import REGISTRY

from app.analytics.gauges import SYSTEM
from app.config import Settings
from tests.operations.image import instructions

ROOT = Path(__file__).parents[2]
OPS = ROOT / "ops"
BIN = Path(sys.executable).parent
METRIC = re.compile(r"\bshopreel_\w+")
SUFFIXES = ("_bucket", "_count", "_sum", "_total", "_created")


def metric_names() -> set[str]:
    """The names of all samples that a scrape can show."""
    found: set[str] = set()
    for registry in (REGISTRY, SYSTEM):
        for family in registry.collect():
            found.add(family.name)
            found |= {family.name + suffix for suffix in SUFFIXES if family.type in ("counter", "histogram")}
    return found


def manifests() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((OPS / "kubernetes" / "shopreel.yaml").read_text("utf-8")))


def dashboard() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((OPS / "grafana" / "shopreel.json").read_text("utf-8"))
    return read


def test_every_metric_that_is_named_somewhere_is_there() -> None:
    known = metric_names()
    texts = {
        "grafana": json.dumps(dashboard()),
        "kubernetes": (OPS / "kubernetes" / "shopreel.yaml").read_text("utf-8"),
        "docs": (ROOT / "docs" / "operations.md").read_text("utf-8"),
    }
    for where, text in texts.items():
        named = set(METRIC.findall(text))
        assert named, where
        assert named <= known, f"{where}: {named - known}"


def test_the_dashboard_leaves_no_metric_of_ours_out() -> None:
    shown = set(METRIC.findall(json.dumps(dashboard())))
    rare = {"shopreel_limits_local", "shopreel_lookups_skipped", "shopreel_model_tokens"}
    for registry in (REGISTRY, SYSTEM):
        for family in registry.collect():
            if family.name.startswith("shopreel_") and family.name not in rare:
                assert any(name.startswith(family.name) for name in shown), family.name


def test_the_dashboard_s_panels_stand_side_by_side() -> None:
    taken: set[tuple[int, int]] = set()
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_the_linter_of_dockerfiles_finds_nothing() -> None:
    told = subprocess.run([BIN / "hadolint", OPS / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (0, "")


def test_the_image_runs_as_nobody_in_particular_and_copies_what_is_there() -> None:
    steps = instructions((OPS / "Dockerfile").read_text("utf-8"))
    words = [word for word, _ in steps]
    assert words.count("FROM") == 2
    last = steps[len(words) - words[::-1].index("FROM") :]
    assert ("USER", "10001") in last
    assert [word for word, _ in last].index("USER") < [word for word, _ in last].index("ENTRYPOINT")
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert ignored[0] == "**"
    for word, rest in steps:
        if word == "COPY" and not rest.startswith("--from"):
            for name in rest.split()[:-1]:
                assert (ROOT / name).exists()
                assert f"!{name}" in ignored


def assert_valid(schema: str, *files: Path) -> None:
    command: list[str | Path] = [BIN / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_the_workflow_runs_what_ci_runs_on_every_python_that_the_package_names() -> None:
    workflow = ROOT / ".github" / "workflows" / "test.yml"
    assert_valid("github-workflows", workflow)
    job = yaml.safe_load(workflow.read_text("utf-8"))["jobs"]["test"]
    steps = [step["run"] for step in job["steps"] if "run" in step]
    assert steps == [".ci/run"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]


def test_the_forms_for_issues_are_forms() -> None:
    folder = ROOT / ".github" / "ISSUE_TEMPLATE"
    assert_valid("github-issue-forms", folder / "bug.yml", folder / "feature.yml")
    assert_valid("github-issue-config", folder / "config.yml")


def test_the_compose_file_is_one_and_its_settings_exist() -> None:
    assert_valid("compose-spec", OPS / "compose.yaml")
    stack = yaml.safe_load((OPS / "compose.yaml").read_text("utf-8"))
    services = stack["services"]
    assert {"api", "worker", "mongo", "valkey", "s3"} <= set(services)
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        volumes = {volume.partition(":")[0] for volume in service.get("volumes", [])}
        assert volumes <= set(stack["volumes"]), name
    known_settings(services["api"]["environment"])


def known_settings(named: dict[str, str]) -> None:
    for name in named:
        assert name.startswith("AWS_") or name.lower() in Settings.model_fields, name


def test_the_manifests_of_kubernetes_are_valid_and_belong_together() -> None:
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for manifest in manifests():
        by_kind.setdefault(manifest["kind"], []).append(manifest)
        if not manifest["apiVersion"].startswith("keda.sh/"):
            kubernetes_validate.validate(manifest, "1.37", strict=True)
    deployments = {one["metadata"]["name"]: one for one in by_kind["Deployment"]}
    [scaler] = by_kind["ScaledObject"]
    scaled = deployments[scaler["spec"]["scaleTargetRef"]["name"]]
    assert "replicas" not in scaled["spec"]  # or each apply would undo what the scaler did
    for deployment in deployments.values():
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        assert deployment["spec"]["selector"]["matchLabels"] == labels
        for container in deployment["spec"]["template"]["spec"]["containers"]:
            ports = {port["name"] for port in container["ports"]}
            assert container["livenessProbe"]["httpGet"]["port"] in ports
            assert container["securityContext"]["readOnlyRootFilesystem"]
    [service] = by_kind["Service"]
    assert service["spec"]["selector"] == deployments["shopreel-api"]["spec"]["template"]["metadata"]["labels"]
    [settings] = by_kind["ConfigMap"]
    known_settings(settings["data"])


@pytest.mark.parametrize("name", ["shopreel-api.service", "shopreel-worker@.service"])
def test_systemd_units_are_valid_and_start_what_there_is(name: str, tmp_path: Path) -> None:
    text = (OPS / "systemd" / name).read_text("utf-8")
    [line] = [line for line in text.splitlines() if line.startswith("ExecStart=")]
    program, command, *options = line.removeprefix("ExecStart=").split()
    shown = subprocess.run(
        [sys.executable, "-m", "app.cli", command, "--help"], capture_output=True, text=True, check=True
    )
    for option in options:
        assert not option.startswith("--") or option in shown.stdout
    unit = tmp_path / name
    unit.write_text(text.replace(program, sys.executable), "utf-8")
    told = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr.strip()) == (0, "")


UNIT_LINES = {
    "User": "shopreel",
    "UMask": "0077",
    "StateDirectoryMode": "0700",
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "ProtectProc": "invisible",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "CapabilityBoundingSet": "",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "SystemCallArchitectures": "native",
    "IPAddressDeny": "169.254.0.0/16 fd00:ec2::254",
}
"""What every unit says."""


@pytest.mark.parametrize(("name", "tenths"), [("shopreel-api.service", 20), ("shopreel-worker@.service", 25)])
def test_units_give_a_process_no_more_than_it_needs(name: str, tenths: int) -> None:
    unit = OPS / "systemd" / name
    said = dict(line.split("=", 1) for line in unit.read_text("utf-8").splitlines() if re.match(r"\w+=", line))
    assert said | UNIT_LINES == said
    assert said["SystemCallFilter"].split()[0] == "@system-service"
    assert said["RestrictNamespaces"] in ("yes", "user pid net")  # no more than Chromium's sandbox takes
    # 10 is a service that may do all that there is; systemd's own word below 2.5 is OK, above 9 UNSAFE.
    command: list[str | Path] = ["systemd-analyze", "security", "--offline=yes", f"--threshold={tenths}", unit]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_containers_of_the_compose_file_are_closed() -> None:
    stack = yaml.safe_load((OPS / "compose.yaml").read_text("utf-8"))
    for name, service in stack["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "/tmp" in service["tmpfs"], name
        assert service["mem_limit"], name
        assert service["pids_limit"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
    assert stack["networks"]["inside"] == {"internal": True}
    outside = {name for name, service in stack["services"].items() if "outside" in service["networks"]}
    assert outside == {"api", "worker"}
    assert {service["user"] for name, service in stack["services"].items() if name in outside} == {"10001:10001"}


def test_pods_are_closed_and_reach_what_they_need_alone() -> None:
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for manifest in manifests():
        by_kind.setdefault(manifest["kind"], []).append(manifest.get("spec", manifest))
    for deployment in by_kind["Deployment"]:
        pod = deployment["template"]["spec"]
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"] == {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "runAsGroup": 10001,
            "fsGroup": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        }
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert {"cpu", "memory", "ephemeral-storage"} <= set(container["resources"]["limits"])
        assert all("sizeLimit" in volume["emptyDir"] for volume in pod["volumes"])
    ours = next(policy for policy in by_kind["NetworkPolicy"] if "Egress" in policy["policyTypes"])
    assert ours["podSelector"]["matchLabels"] == {"app": "shopreel"}  # API and workers
    blocks = [to["ipBlock"] for rule in ours["egress"] for to in rule["to"] if "ipBlock" in to]
    for address in ("169.254.169.254", "10.0.0.1", "172.20.0.1", "192.168.1.1", "100.100.100.200", "fd00:ec2::254"):
        assert not any(reaches(block, address) for block in blocks), address
    assert any(reaches(block, "8.8.8.8") for block in blocks)
    assert any(reaches(block, "2001:4860:4860::8888") for block in blocks)
    reached = {policy["podSelector"]["matchLabels"].get("part") for policy in by_kind["NetworkPolicy"]}
    assert "worker" not in reached  # nobody comes in but for its metrics
    servers = next(one for one in by_kind["NetworkPolicy"] if "serves" in one["podSelector"]["matchLabels"])
    assert all("podSelector" in peer for rule in servers["ingress"] for peer in rule["from"])


def reaches(block: dict[str, Any], address: str) -> bool:
    one = ipaddress.ip_address(address)
    return one in ipaddress.ip_network(block["cidr"]) and not any(
        one in ipaddress.ip_network(left_out) for left_out in block["except"]
    )


def test_the_data_folder_of_an_image_is_its_users_alone() -> None:
    assert "install --directory --mode 0700 --owner shopreel" in (OPS / "Dockerfile").read_text("utf-8")
    settings = next(one["data"] for one in manifests() if one["kind"] == "ConfigMap")
    assert settings["SHOPREEL_DATA_DIR"] == "/data/shopreel"  # the volume's root is the node's
