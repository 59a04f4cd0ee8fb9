"""Saves the state of the emulator while it runs, so that its end costs seconds at most, however it comes.

Every few seconds a forked copy of the process writes the state of all services into STATE_DIR/saves/<number>.partial,
and gives the folder its number when it is whole. The last whole one stays until then; a start takes the newest.
"""
import asyncio
import concurrent.futures
import copy
import fcntl
import gc
import json
import os
import shutil
import signal
import sys
import threading
import time
import warnings

from ministack import app
from ministack.core import lambda_runtime, persistence
from ministack.services import lambda_svc

FOLDER = os.path.join(persistence.STATE_DIR, "saves")
SAVE_FAILED = 3  # exit code


class Saving:
    """Restores the state at the start, saves it while something changes, and once more at the stop (SIGTERM)."""

    def __init__(self, every_seconds):
        os.makedirs(FOLDER, exist_ok=True)
        # One that was left alone may still be saving: a start waits for its end. The copies hold the lock, too.
        self.lock = os.open(os.path.join(persistence.STATE_DIR, "lock"), os.O_CREAT | os.O_RDWR)
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        for name in os.listdir(FOLDER):
            if name.endswith(".partial"):
                shutil.rmtree(os.path.join(FOLDER, name))
        self.every_seconds = every_seconds
        self.number = max((int(name) for name in os.listdir(FOLDER) if name.isdigit()), default=0)
        self.changes = 0

    async def count(self, scope, receive, send):
        """The emulator, with its requests counted. What asks for its health changes nothing."""
        counted = scope["type"] == "http" and not scope["path"].startswith("/_ministack/")
        self.changes += counted
        try:
            await asgi(scope, receive, send)
        finally:
            self.changes += counted

    def begin(self):
        """In place of MiniStack's own restoring: on the event loop, before the first request."""
        if self.number:
            self.restore()
        loop = asyncio.get_running_loop()
        for ending in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(ending, self.stop)
        threading.Thread(target=self.run, args=(loop,), daemon=True, name="saving").start()

    def restore(self):
        """Half a state is worse than none: what cannot be restored ends the start."""
        persistence.STATE_DIR = os.path.join(FOLDER, str(self.number))
        for key, module in app._state_map.items():
            if not os.path.exists(os.path.join(persistence.STATE_DIR, f"{key}.json")):
                continue
            try:
                data = persistence.load_state(key)
                if data is None:
                    raise ValueError("unreadable")
                app._get_module(module).load_persisted_state(data)
            except Exception as error:
                print(f"The saved state of {key} is broken ({error}). Start from scratch: `npm start -- --fresh`",
                      file=sys.stderr, flush=True)
                os._exit(1)  # an exception would only end the restoring

    def run(self, loop):
        """Saves while something changes, and once after the last change: what a request set off may outlast it."""
        before = last = self.changes
        pause = threading.Event()
        while not pause.wait(self.every_seconds):
            now = self.changes
            if now == last == before:
                continue
            copied = concurrent.futures.Future()
            loop.call_soon_threadsafe(lambda: copied.set_result(self.fork()))
            if is_whole(copied.result()):
                before, last = last, now

    def fork(self):
        """Forks the copy that saves. Returns its process id, or None. The event loop does it: no request is half done
        then."""
        self.number += 1
        now = time.time()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of Python 3.12: the copy has no other threads, and needs none
                pid = os.fork()
        except OSError as error:
            complain(error)
            return None
        if pid:
            return pid
        try:
            gc.disable()  # would copy the memory that both share
            os.closerange(3, self.lock)  # a connection ends with the last process that has it open
            os.closerange(self.lock + 1, os.sysconf("SC_OPEN_MAX"))
            os.nice(5)
            save(self.number, now)
            os._exit(0)
        except BaseException as error:
            complain(error)
        finally:
            os._exit(SAVE_FAILED)

    def stop(self):
        """Saves and ends. The event loop waits for it: no request is answered that the save does not know."""
        whole = is_whole(self.fork())
        for worker in [worker for pool in lambda_runtime._workers.values() for worker in pool if worker._proc]:
            worker._proc.kill()
        os._exit(0 if whole else SAVE_FAILED)


def is_whole(pid):
    return pid is not None and os.waitpid(pid, 0)[1] == 0


def complain(error):
    os.write(2, f"emulator.py: the state could not be saved: {error!r}\n".encode())


def save(number, at):
    """Writes a whole save, dated `at`, then deletes the ones before it. Runs in a copy of the process, which it may
    spoil."""
    copy.deepcopy = lambda value, _memo=None: value  # nobody else changes what is being written
    prune, referenced = lambda_svc._prune_orphan_code_blobs, set()
    lambda_svc._prune_orphan_code_blobs = referenced.update  # the last save may still need what this one does not
    partial, whole = os.path.join(FOLDER, f"{number}.partial"), os.path.join(FOLDER, str(number))
    os.makedirs(partial)
    for key, get_state in app._build_persistence_save_dict().items():
        state = get_state()
        if state is None:  # a service that this machine cannot load
            continue
        content = {"__ministack_format__": persistence._state_format_version(key), "payload": state}
        with open(os.path.join(partial, f"{key}.json"), "w", encoding="utf-8") as file:
            file.write(json.dumps(content, default=persistence._json_default))
            file.flush()
            os.fsync(file.fileno())
    os.utime(partial, (at, at))
    sync(partial)
    os.rename(partial, whole)
    sync(FOLDER)
    for name in os.listdir(FOLDER):
        if int(name.partition(".")[0]) < number:
            shutil.rmtree(os.path.join(FOLDER, name), ignore_errors=True)
    prune(referenced)


def sync(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


asgi = app.app


def install(every_seconds):
    saving = Saving(every_seconds)
    app.app = saving.count
    app._load_persisted_state = saving.begin
