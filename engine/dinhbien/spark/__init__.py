"""Many plans on a Spark cluster, each judged whole by one worker."""

from dinhbien.spark.parts import check

__all__ = ["check"]
