"""A PostgreSQL server of a test's own, on a free port of loopback; thrown away at the end."""
import atexit
import glob
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time


def programs():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return pathlib.Path(found[-1]).parent if found else None


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """why is set when it cannot be had."""

    def __init__(self):
        self.bin, self.why, self.process = programs(), None, None
        self.user = []
        if os.geteuid() == 0:
            try:
                pwd.getpwnam("postgres")
                self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
            except KeyError:
                self.why = "no user postgres"
        if not self.bin:
            self.why = "PostgreSQL is not installed"
        if self.why:
            return
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="serai-pg-"))
        atexit.register(self.stop)
        if self.user:
            shutil.chown(self.folder, "postgres", "postgres")
        self.port = free_port()
        self.run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
                 "--no-sync")
        self.start()
        self.sql("CREATE ROLE node LOGIN IN ROLE pg_monitor")
        self.sql("CREATE DATABASE node OWNER node")

    def run(self, program, *args):
        subprocess.run([*self.user, self.bin / program, *args], check=True, cwd=self.folder, stdout=subprocess.DEVNULL)

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [*self.user, self.bin / "postgres", "-D", self.folder / "data", "-k", self.folder, "-p", str(self.port),
                 "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"], cwd=self.folder, stdout=log, stderr=log)
        for _ in range(200):
            if self.sql("SELECT 1", check=False) == "1":
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL does not start")

    def sql(self, text, database="postgres", check=True):
        done = subprocess.run([self.bin / "psql", "-XAtq", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d",
                               database, "-c", text], capture_output=True, text=True, timeout=60)
        if check and done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def url(self, role="node"):
        return f"postgresql://{role}@127.0.0.1:{self.port}/node?connect_timeout=3"

    def crash(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    def stop(self):
        if self.why:
            return
        if self.process and self.process.poll() is None:
            self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)
