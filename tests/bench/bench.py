"""Runs the measurements and prints Markdown. Started by tests/bench/run."""
import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import mails

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "e2e"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))
CONNECTIONS = 20
IDLE_CLIENTS = 10_000
MEMORY_BOUND_MIB = 64


def figures(values, digits=1):
    """Median and spread, as they stand in the tables."""
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    print("\n".join(lines) + "\n", flush=True)


def say(text):
    print(text, file=sys.stderr, flush=True)


def machine(directory):
    cpu = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1))
    disk = subprocess.run(["df", "--output=source,fstype", str(directory)], capture_output=True, text=True).stdout.split()
    return {"when": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "cores": os.cpu_count(), "cpu": cpu.group(1) if cpu else platform.machine(), "kernel": platform.release(),
            "memory_gib": round(memory / 2**20), "disk": " ".join(disk[-2:]), "load_before": round(os.getloadavg()[0], 2)}


class Tree:
    """A process with all that it started."""

    def __init__(self, pid):
        self.pid = pid

    def pids(self):
        parents = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                stat = self.stat(entry)
                if stat:
                    parents.setdefault(int(stat[1]), []).append(int(entry))
        found = [self.pid]
        for pid in found:
            found += parents.get(pid, [])
        return found

    @staticmethod
    def stat(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None

    def cpu_seconds(self):
        """User and system time, also of children that have ended."""
        ticks = sum(sum(map(int, stat[11:15])) for stat in map(self.stat, self.pids()) if stat)
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mib(self, field, pids=None):
        total = 0
        for pid in pids or self.pids():
            try:
                text = pathlib.Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            found = re.search(field + r":\s*(\d+)", text)
            total += int(found.group(1)) if found else 0
        return total / 1024


class Sink:
    """smtp-sink, and how many messages it has got."""

    def __init__(self, port):
        self.port, self.count = port, 0
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        self.process = subprocess.Popen(["smtp-sink", *user, "-c", f"127.0.0.1:{port}", "1000"], stdout=subprocess.PIPE)
        threading.Thread(target=self.read, daemon=True).start()
        wait_for_greeting(port)

    def read(self):
        tail = b""
        while chunk := os.read(self.process.stdout.fileno(), 1 << 16):
            lines = (tail + chunk).split(b"\r")
            tail = lines.pop()
            for line in lines[-1:]:
                self.count = int(line.rpartition(b"mesg=")[2])

    def wait(self, count, seconds):
        end = time.monotonic() + seconds
        while self.count < count:
            if time.monotonic() > end:
                raise RuntimeError(f"only {self.count} of {count} messages arrived at the sink")
            time.sleep(0.001)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def wait_for_greeting(port, seconds=10):
    end = time.monotonic() + seconds
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as peer:
                if peer.recv(100).startswith(b"220"):
                    return
        except OSError:
            pass
        if time.monotonic() > end:
            raise RuntimeError(f"nobody answers on port {port}")
        time.sleep(0.05)


def send(port, file, count):
    """`count` copies of the mail over 20 connections at once, a new connection for each."""
    subprocess.run(["smtp-source", "-s", str(CONNECTIONS), "-m", str(count), "-f", "taro@shop.example", "-t", "zeimu@lgwan.example",
                    "-F", str(file), f"127.0.0.1:{port}"], check=True, stdin=subprocess.DEVNULL)


def pipeline(run, directory):
    """One worker, alone."""
    files = {name: directory / f"{name}.eml" for name in run.mails}
    for name, file in files.items():
        file.write_bytes(run.mails[name].replace(b"\n", b"\r\n"))
    rounds, seconds = (2, 1.0) if run.quick else (5, 3.0)
    output = subprocess.run([run.build / "tests/bench/pipeline_bench", str(rounds), str(seconds), *map(str, files.values())],
                            check=True, stdout=subprocess.PIPE, text=True).stdout
    results = [json.loads(line) for line in output.splitlines()]
    rows = []
    for name, file in files.items():
        mine = [one for one in results if one["file"] == str(file)]
        rate = [one["mails"] / one["seconds"] for one in mine]
        rows.append([name, f"{mine[0]['bytes'] / 1000:,.0f} kB", mine[0]["verdict"], figures(rate),
                     figures([one * mine[0]["bytes"] / 1e6 for one in rate]),
                     figures([1000 * one["cpu_seconds"] / one["mails"] for one in mine], 2)])
    print("## One worker, the pipeline alone\n")
    table(["mail", "size", "verdict", "mails/s", "MB/s", "CPU ms per mail"], rows)
    return results


def memory(run, directory):
    results = {}
    for kind, mail in mails.large_100m().items():
        file = directory / "large.eml"
        file.write_bytes(mail.replace(b"\n", b"\r\n"))
        say(f"100 MB mail: {kind}")
        output = subprocess.run([run.build / "tests/bench/pipeline_bench", "1", "0", str(file)], stdout=subprocess.PIPE, text=True)
        results[kind] = json.loads(output.stdout) if output.returncode == 0 else None
        file.unlink()
        if run.quick:
            break
    rows = []
    for kind, one in results.items():
        if not one:
            rows.append([kind, "the worker failed", "", "", ""])
            continue
        peak = one["peak_anonymous_kib"] / 1024
        rows.append([kind, f"{one['bytes'] / 1e6:.0f} MB", one["verdict"], f"{one['seconds']:.1f} s",
                     f"{peak:.1f} MiB" + ("" if peak < MEMORY_BOUND_MIB else f" (over {MEMORY_BOUND_MIB})")])
    print(f"## Private memory of a worker (peak RssAnon) for a 100 MB mail; bound {MEMORY_BOUND_MIB} MiB\n")
    table(["attachment", "size", "verdict", "time", "peak"], rows)
    return results


def gateway(run, directory, sink_port, extra=""):
    from mugai import Gateway, two_zones
    from postfix import free_port
    port = free_port()
    one = Gateway(two_zones(directory, port, free_port(), f"smtp://127.0.0.1:{sink_port}", extra=extra), directory).start(port)
    one.port = port
    return one


def relay(run, directory):
    """Mugai with detoxification and Postfix as a plain relay: same load, same kind of sink, same disk, in turns."""
    from postfix import Postfix, free_port
    if os.getuid() != 0:
        print("## End to end\n\nNot measured: Postfix needs root.\n")
        return None
    sinks = {name: Sink(free_port()) for name in ("mugai", "postfix")}
    postfix = Postfix(directory / "postfix", [f"relayhost = [127.0.0.1]:{sinks['postfix'].port}"]).start()
    mugai = gateway(run, directory / "mugai", sinks["mugai"].port)
    master = int((directory / "postfix/queue/pid/master.pid").read_text())
    systems = {"mugai": (mugai.port, Tree(mugai.process.pid)), "postfix": (postfix.port, Tree(master))}
    results = {}
    try:
        for name, count in run.relay_counts.items():
            file = directory / f"{name}.lf"
            file.write_bytes(run.mails[name])
            rounds = {system: [] for system in [*systems, "ceiling"]}
            for number in range(run.rounds + 1):
                order = list(systems) if number % 2 else list(reversed(systems))
                for system in order:
                    port, tree = systems[system]
                    # The first round warms up and is not counted.
                    sent = count if number else max(CONNECTIONS, count // 10)
                    target, cpu, begin = sinks[system].count + sent, tree.cpu_seconds(), time.monotonic()
                    send(port, file, sent)
                    accepted = time.monotonic() - begin
                    sinks[system].wait(target, 300)
                    seconds = time.monotonic() - begin
                    time.sleep(0.3)   # what follows the last delivery belongs to this round
                    if number:
                        rounds[system].append({"mails_per_s": sent / seconds, "accepted_per_s": sent / accepted,
                                               "cpu_ms_per_mail": 1000 * (tree.cpu_seconds() - cpu) / sent})
                say(f"{name}, round {number}: " + ", ".join(
                    f"{system} {rounds[system][-1]['mails_per_s']:.1f}/s" for system in order if rounds[system]))
            begin = time.monotonic()
            target = sinks["mugai"].count + count
            send(sinks["mugai"].port, file, count)
            sinks["mugai"].wait(target, 300)
            rounds["ceiling"] = [{"mails_per_s": count / (time.monotonic() - begin)}]
            results[name] = rounds
    finally:
        mugai.stop()
        postfix.stop()
        for sink in sinks.values():
            sink.stop()
    rows, cpu_rows = [], []
    for name, rounds in results.items():
        rate = {system: [one["mails_per_s"] for one in rounds[system]] for system in rounds}
        cpu = {system: [one["cpu_ms_per_mail"] for one in rounds[system]] for system in systems}
        ratio = [a / b for a, b in zip(rate["mugai"], rate["postfix"])]
        rows.append([name, figures(rate["mugai"]), figures(rate["postfix"]), figures(ratio, 2), f"{rate['ceiling'][0]:,.0f}"])
        cpu_rows.append([name, figures(cpu["mugai"], 2), figures(cpu["postfix"], 2)])
    print(f"## End to end, mails/s until the sink has them; {CONNECTIONS} connections, a new one for each mail, "
          f"{run.rounds} rounds in turns\n")
    table(["mail", "Mugai, detoxifying", "Postfix, plain relay", "Mugai / Postfix", "load tool straight to sink"], rows)
    print("CPU ms per mail, all processes of each system:\n")
    table(["mail", "Mugai, detoxifying", "Postfix, plain relay"], cpu_rows)
    return results


def idle(run, directory):
    wanted = IDLE_CLIENTS
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    if limit < wanted + 200:
        wanted = limit - 200
        say(f"only {limit} descriptors allowed: {wanted} clients")
    one = gateway(run, directory / "idle", 9, f"[smtp]\nmax_connections = {wanted + 100}\nmax_connections_per_client = {wanted + 100}\n")
    clients = []
    try:
        tree = Tree(one.process.pid)
        before = tree.memory_mib("VmRSS", [one.process.pid])
        begin = time.monotonic()
        for start in range(0, wanted, 500):
            batch = [socket.create_connection(("127.0.0.1", one.port)) for _ in range(min(500, wanted - start))]
            clients += batch
            for client in batch:
                client.settimeout(30)
                if not client.recv(200).startswith(b"220"):
                    raise RuntimeError("a client was turned away")
        seconds = time.monotonic() - begin
        after = tree.memory_mib("VmRSS", [one.process.pid])
        started = time.monotonic()
        with socket.create_connection(("127.0.0.1", one.port)) as late:
            late.recv(200)
        answer_ms = 1000 * (time.monotonic() - started)
    finally:
        for client in clients:
            client.close()
        one.stop()
    result = {"clients": wanted, "rss_before_mib": before, "rss_mib": after, "kib_per_client": (after - before) * 1024 / wanted,
              "connect_seconds": seconds, "greeting_ms_for_one_more": answer_ms}
    print("## Idle clients\n")
    table(["clients", "RSS before", "RSS with them", "per client", "greeting for one more"],
          [[f"{wanted:,}", f"{before:.1f} MiB", f"{after:.1f} MiB", f"{result['kib_per_client']:.1f} KiB", f"{answer_ms:.1f} ms"]])
    return result


def main():
    parts = {"pipeline": pipeline, "memory": memory, "relay": relay, "idle": idle}
    parser = argparse.ArgumentParser(prog="tests/bench/run")
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="about a minute")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="the figures as JSON")
    parser.add_argument("--only", action="append", choices=parts, help="this part; may be given several times")
    run = parser.parse_args()
    run.build = run.build.resolve()
    os.environ["MUGAI_BINARY"] = str(run.build / "mugai")
    run.rounds = 2 if run.quick else 5
    run.mails = {"4 KB text": mails.text_4k(), "60 KB alternative": mails.alternative_60k(), "2.4 MB mixed": mails.mixed_2400k(),
                 "10 MB attachment": mails.attachment_10m()}
    run.relay_counts = {"4 KB text": 800, "60 KB alternative": 400, "2.4 MB mixed": 20} if run.quick else \
        {"4 KB text": 4000, "60 KB alternative": 2000, "2.4 MB mixed": 100}
    directory = pathlib.Path(tempfile.mkdtemp(prefix="mugai-bench-"))
    try:
        results = {"machine": machine(directory), "quick": run.quick}
        about = results["machine"]
        print(f"{about['when']}: {about['cores']} cores ({about['cpu']}), {about['memory_gib']} GiB, Linux {about['kernel']}, "
              f"disk {about['disk']}, load before {about['load_before']}. Medians, in brackets least and most.\n", flush=True)
        for name in run.only or parts:
            say(f"measuring: {name}")
            (directory / name).mkdir()
            results[name] = parts[name](run, directory / name)
        if run.json:
            run.json.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
