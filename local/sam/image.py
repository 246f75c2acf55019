"""The image in which `sam local` runs the functions: Amazon's for python3.13, or our own where that cannot be pulled.

Either has the tag IMAGE, which samconfig.toml names, so that no other project's SAM takes ours for Amazon's; and either
has the label, by which what SAM made of it is found again.
"""

import subprocess

from local.errors import StartError
from local.sam import own_image
from local.sam.emulator import runs_here

AMAZONS = "public.ecr.aws/lambda/python:3.13-x86_64"
IMAGE = "lectern/lambda-python:3.13-x86_64"
LABEL = "lectern.recipe"
# For some 200 MB; an engine that finds no way to the registry says so long before.
PULL_SECONDS = 120
# What the functions are built for; an engine on arm64 has to be asked for it.
PLATFORM = ("--platform", "linux/amd64")


def provide() -> str:
    """Which of the two has the tag from now on, and why; raises `StartError` when neither can."""
    _docker("info", failing="No Docker engine answers. Start one; without, the emulator alone runs the functions.")
    missing = _why_amazons_is_missing()
    if missing is None:
        recipe = f"FROM {AMAZONS}\nLABEL {LABEL}=amazons\n".encode()
        _docker("build", *PLATFORM, "--tag", IMAGE, "-", given=recipe, failing="Docker does not take Amazon's image.")
        return f"Amazon's {AMAZONS}"
    if not runs_here():
        raise StartError(f"Amazon's image is missing, and only Linux on x86-64 can stand in for it.\n{missing}")
    _provide_own()
    return f"a stand-in of this machine's Python and C library, as Amazon's is missing: {missing}"


def prune() -> None:
    """Remove what SAM made of earlier layers and images, 340 MB each, and has given its tag to another since."""
    asked = ["docker", "image", "prune", "--force", "--filter", f"label={LABEL}"]
    # While somebody else's is under way the engine refuses, and needs no second one.
    subprocess.run(asked, capture_output=True, check=False)


def _why_amazons_is_missing() -> str | None:
    """None once it is here; whoever has one is not made to wait for a newer."""
    if _came_from_its_registry(AMAZONS):
        return None
    asked = ["docker", "pull", "--quiet", *PLATFORM, AMAZONS]
    try:
        pulled = subprocess.run(asked, capture_output=True, text=True, timeout=PULL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"it was not pulled within {PULL_SECONDS} s"
    return pulled.stderr.strip() if pulled.returncode else None


def _provide_own() -> None:
    recipe = own_image.recipe()
    if _inspected(IMAGE, f'{{{{index .Config.Labels "{LABEL}"}}}}') != recipe:
        changes = (*own_image.CHANGES, f"LABEL {LABEL}={recipe}")
        options = [option for change in changes for option in ("--change", change)]
        _docker("import", *options, "-", IMAGE, given=own_image.files(), failing="Docker does not take the image.")


def _came_from_its_registry(image: str) -> bool:
    """What was made here by hand has the name, but no digest of that repository; nor has what `docker load` brings."""
    repository, _, _ = image.rpartition(":")
    digests = _inspected(image, '{{join .RepoDigests " "}}').split()
    return any(digest.startswith(f"{repository}@") for digest in digests)


def _inspected(image: str, wanted: str) -> str:
    """Empty when there is no such image, too."""
    asked = ["docker", "image", "inspect", "--format", wanted, image]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def _docker(*arguments: str, failing: str, given: bytes = b"") -> None:
    done = subprocess.run(["docker", *arguments], input=given, capture_output=True, check=False)
    if done.returncode:
        raise StartError(f"{failing}\n{done.stderr.decode()}")
