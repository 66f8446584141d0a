"""The engines of peers are not installed where tests run, so their modules are no tests."""

collect_ignore_glob = ["engines/with_*.py"]
