"""How long the properties are tried: shortly in `make test`, 10,000 examples in `make long-test`."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("short", deadline=None)
settings.register_profile("long", deadline=None, max_examples=10_000, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))
