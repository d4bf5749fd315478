import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from frontier_assets.storage.local_files import locked

LOCK = "a.lock"


def test_a_lock_has_one_holder_at_a_time_and_leaves_no_file(tmp_path: Path) -> None:
    ready, holders, most = threading.Barrier(8), set[int](), [0]

    def hold(number: int) -> None:
        ready.wait()
        for _ in range(50):
            with locked(tmp_path / LOCK):
                holders.add(number)
                time.sleep(0.0002)  # the other threads run meanwhile
                most[0] = max(most[0], len(holders))
                holders.remove(number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(hold, range(8)))
    assert most == [1]
    assert list(tmp_path.iterdir()) == []


def test_a_lock_file_that_a_killed_process_left_is_taken(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_bytes(b"")
    with locked(tmp_path / LOCK):
        pass
    assert list(tmp_path.iterdir()) == []
