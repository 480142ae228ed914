"""The engines whose workers change objects in tests, each with two workers on this machine."""

import importlib
import os
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PATH = os.pathsep.join(map(str, (ROOT, ROOT / "src", HERE)))


@contextmanager
def of_ray():
    """Yield workers of Ray, which find the example."""
    ray = pytest.importorskip("ray")
    engine = importlib.import_module("examples.ray_workers").RayEngine()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", PATH)
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        ray.init(
            num_cpus=2,
            include_dashboard=False,
            log_to_driver=False,
            object_store_memory=80_000_000,
        )
        yield engine
        ray.shutdown()


@contextmanager
def of_dask():
    """Yield workers of Dask, in processes of their own."""
    distributed = pytest.importorskip("distributed")
    dask = importlib.import_module("dask")
    engines = importlib.import_module("examples.dask_workers")
    # one that dies would take along the next that is given the same work
    alone = {
        "distributed.scheduler.allowed-failures": 0,
        "distributed.nanny.environ": {"PYTHONPATH": PATH},
    }
    with (
        dask.config.set(alone),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=50,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield engines.DaskEngine(client)


ENGINES = {"Ray": of_ray, "Dask": of_dask}


def owner_of_six(database, engine):
    """Return the owner of six products, which are in the database."""
    workers = importlib.import_module("examples.workers")
    owner = workers.Owner(database, engine)
    for number in range(1, 7):
        owner.work.add(workers.Product(number, f"product {number}", 100 * number))
    owner.commit()
    return owner
