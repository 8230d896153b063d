"""The files in deploy/, the Dockerfile and compose.yml: whether they can be read, and agree with the program.

Nothing here runs Docker or Kubernetes; where systemd is installed, it reads the unit.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

from bot import app as composition
from bot.cli.main import app as program
from bot.runtime.settings import ServeSettings
from bot.runtime.tasks import CLOSE_WITHIN_SECONDS as TASKS_SECONDS
from bot.runtime.tasks import FINISH_WITHIN_SECONDS
from storage.database import CLOSE_WITHIN_SECONDS as DATABASE_SECONDS
from tests.conftest import ROOT, RunningBot

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text())
UNIT = (ROOT / "deploy" / "attendance.service").read_text()
KUBERNETES: list[dict[str, Any]] = list(yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text()))
TEXTS = {
    path.name: path.read_text() for path in [*(ROOT / "deploy").iterdir(), ROOT / "Dockerfile", ROOT / "compose.yml"]
}
PORT = ServeSettings.model_fields["port"].default
ENDS_WITHIN_SECONDS = 10


def of_kind(kind: str, name: str = "attendance") -> dict[str, Any]:
    (found,) = (one for one in KUBERNETES if one["kind"] == kind and one["metadata"]["name"] == name)
    return found


def pods() -> list[dict[str, Any]]:
    return [
        of_kind("Deployment")["spec"]["template"]["spec"],
        of_kind("Job", "attendance-migrate")["spec"]["template"]["spec"],
    ]


def test_every_variable_is_a_setting() -> None:
    known = {str(field.validation_alias) for field in ServeSettings.model_fields.values()}
    for name, text in TEXTS.items():
        assert set(re.findall(r"\b(?:ATTENDANCE|SLACK)_[A-Z_]+\b", text)) <= known, name


def test_every_command_exists() -> None:
    known = {command.callback.__name__ for command in program.registered_commands if command.callback}
    started = [COMPOSE["services"]["migrate"]["command"], re.findall(r'CMD \["(\w+)"\]\Z', DOCKERFILE.strip())]
    started += [re.findall(r"ExecStart=\S+/attendance (\w+)", UNIT), pods()[1]["containers"][0]["args"]]
    assert {words[0] for words in started} == {"serve", "migrate"} <= known


def test_every_file_that_the_image_copies_exists_and_is_not_ignored() -> None:
    copied = [name for line in re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.M) for name in line.split()]
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(copied) == let_through
    assert all((ROOT / name).exists() for name in copied)


def test_nobody_runs_as_root_and_nothing_writes_to_the_root_file_system() -> None:
    assert re.search(r"^USER (\d+):\1$", DOCKERFILE, re.M)
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert f"USER {pod['securityContext']['runAsUser']}:" in DOCKERFILE
        (container,) = pod["containers"]
        confined = container["securityContext"]
        assert (confined["readOnlyRootFilesystem"], confined["allowPrivilegeEscalation"]) == (True, False)
        assert confined["capabilities"] == {"drop": ["ALL"]}
    for name in ("bot", "migrate"):
        service = COMPOSE["services"][name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_ports_are_the_programs() -> None:
    assert f"EXPOSE {PORT}\n" in DOCKERFILE
    assert f"ATTENDANCE_PORT={PORT} " in DOCKERFILE
    assert COMPOSE["services"]["bot"]["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    assert pods()[0]["containers"][0]["ports"] == [{"name": "http", "containerPort": PORT}]
    annotations = of_kind("Deployment")["spec"]["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == str(PORT)
    assert of_kind("Service")["spec"]["ports"][0]["targetPort"] == "http"


async def test_the_proxied_addresses_exist_and_metrics_stay_internal(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[web.Application] = []
    setup = web.AppRunner.setup

    async def remembered(self: web.AppRunner) -> None:
        served.append(self.app)
        await setup(self)

    monkeypatch.setattr(web.AppRunner, "setup", remembered)
    async with composition.running(bot.settings.model_copy(update={"database_url": f"{bot.settings.database_url}2"})):
        pass
    routes = {resource.canonical for resource in served[0].router.resources()} - {"/{path}"}  # of extra slashes
    container = pods()[0]["containers"][0]
    asked = {container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert asked == {"/healthz", "/readyz?of=database"}, "Slack being slow is no reason to cut off the API"
    assert {path.partition("?")[0] for path in asked} <= routes
    assert of_kind("Deployment")["spec"]["template"]["metadata"]["annotations"]["prometheus.io/path"] in routes
    assert "/healthz" in DOCKERFILE
    (rule,) = of_kind("Ingress")["spec"]["rules"]
    forwarded = tuple(path["path"] for path in rule["http"]["paths"])
    reached = {route for route in routes if route.startswith(forwarded)}
    assert "/slack/events" in reached
    assert routes - reached == {"/healthz", "/readyz", "/metrics"}


def test_every_platform_leaves_the_bot_time_to_stop() -> None:
    at_once = max(composition.SHUTDOWN_SECONDS, FINISH_WITHIN_SECONDS)
    takes = composition.LEAVE_SECONDS + at_once + TASKS_SECONDS + DATABASE_SECONDS
    assert takes < ENDS_WITHIN_SECONDS
    for given in (
        COMPOSE["services"]["bot"]["stop_grace_period"].removesuffix("s"),
        pods()[0]["terminationGracePeriodSeconds"],
        *re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.M),
    ):
        assert int(given) > ENDS_WITHIN_SECONDS
    readiness = pods()[0]["containers"][0]["readinessProbe"]
    assert readiness["periodSeconds"] * readiness["failureThreshold"] < composition.LEAVE_SECONDS


def test_the_role_that_serves_is_not_the_owner() -> None:
    bot, migrate = (COMPOSE["services"][name]["environment"]["ATTENDANCE_DATABASE_URL"] for name in ("bot", "migrate"))
    assert (bot.split(":")[1], migrate.split(":")[1]) == ("//attendance", "//owner")
    assert COMPOSE["services"]["migrate"]["command"] == ["migrate", "--serve-as", "attendance"]
    assert "CREATE ROLE attendance LOGIN" in TEXTS["create-role.sh"]
    serving, owning = (of_kind("Secret", name)["stringData"] for name in ("attendance", "attendance-owner"))
    assert "//attendance:" in serving["ATTENDANCE_DATABASE_URL"]
    assert "//owner:" in owning["ATTENDANCE_DATABASE_URL"]


def in_container(service: str) -> dict[str, str]:
    """The environment that Compose gives a service, from files as the top of compose.yml wants them."""
    files = {
        ".env": {"DB_OWNER_PASSWORD": "owners", "DB_SERVING_PASSWORD": "servings"},
        "attendance.env": {"SLACK_BOT_TOKEN": "slacks", "SLACK_SIGNING_SECRET": "slacks"},
    }
    found: dict[str, str] = {}
    for name in COMPOSE["services"][service].get("env_file", ()):
        found |= files[name]
    given = COMPOSE["services"][service].get("environment", {})
    return found | {
        name: re.sub(r"\$\{(\w+)[^}]*\}", lambda variable: files[".env"][variable[1]], value)
        for name, value in given.items()
    }


@pytest.mark.parametrize(
    ("service", "secrets"),
    [("db", {"owners", "servings"}), ("migrate", {"owners"}), ("bot", {"servings", "slacks"})],
)
def test_each_service_of_compose_has_only_its_own_secrets(service: str, secrets: set[str]) -> None:
    """The database's server makes both roles, so it needs both passwords."""
    held = " ".join(in_container(service).values())
    assert {secret for secret in ("owners", "servings", "slacks") if secret in held} == secrets
    mounted = COMPOSE["services"][service].get("volumes", [])
    assert not [volume for volume in mounted if ".env" in volume or volume.startswith("./:")]
    assert not COMPOSE["services"][service].get("secrets")


def test_each_pod_of_kubernetes_has_only_its_own_secrets() -> None:
    serving, migrating = pods()
    for pod, own in ((serving, "attendance"), (migrating, "attendance-owner")):
        (container,) = pod["containers"]
        assert container["envFrom"] == [{"secretRef": {"name": own}}]
        assert all("valueFrom" not in variable for variable in container.get("env", ()))
        assert {kind for volume in pod["volumes"] for kind in volume} <= {"name", "emptyDir", "configMap"}
        assert pod["automountServiceAccountToken"] is False
    serving_secrets = of_kind("Secret")["stringData"]
    assert "owner" not in serving_secrets["ATTENDANCE_DATABASE_URL"]
    assert list(of_kind("Secret", "attendance-owner")["stringData"]) == ["ATTENDANCE_DATABASE_URL"]


def test_the_way_to_a_database_elsewhere_is_encrypted_and_checked() -> None:
    for name, pod in zip(("attendance", "attendance-owner"), pods(), strict=True):
        url = of_kind("Secret", name)["stringData"]["ATTENDANCE_DATABASE_URL"]
        assert url.endswith("?sslmode=verify-full&sslrootcert=/etc/database/ca.pem")
        (mounted,) = (one for one in pod["containers"][0]["volumeMounts"] if one["name"] == "database")
        assert (mounted["mountPath"], mounted["readOnly"]) == ("/etc/database", True)
        (volume,) = (one for one in pod["volumes"] if one["name"] == "database")
        assert "ca.pem" in of_kind("ConfigMap", volume["configMap"]["name"])["data"]


def test_the_unit_reads_one_file_of_settings_and_knows_no_owner() -> None:
    assert re.findall(r"^(?:EnvironmentFile|LoadCredential|PassEnvironment)=(.*)$", UNIT, re.M) == [
        "/etc/attendance/attendance.env"
    ]
    assert "owner" not in " ".join(re.findall(r"^Environment=(.*)$", UNIT, re.M))


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    if (analyze := shutil.which("systemd-analyze")) is None:
        pytest.skip("no systemd here to read the unit")
    unit = tmp_path / "attendance.service"
    unit.write_text(UNIT.replace("/opt/attendance/bin/attendance", shutil.which("true") or ""))
    read = subprocess.run([analyze, "verify", unit], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")
