#!/usr/bin/env python3
"""Makes the traffic that the pictures in docs/screens show, until it is interrupted.

Run as root. Needs iproute2, nginx, redis, curl and wget. Everything happens in four network
namespaces of its own, which go away at the end:

    shop-user ── 25 ms each way, 1 of 60 packets lost ── shop-edge ── shop-app ── shop-db
    curl                                                 nginx        worker      redis-server
"""

import ctypes
import fcntl
import heapq
import os
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

EDGE, APP, DB, USER = "shop-edge", "shop-app", "shop-db", "shop-user"
LINKS = [(EDGE, "10.20.0.2", APP, "10.20.0.7"), (APP, "10.30.0.7", DB, "10.30.0.5")]
FAR = [(EDGE, "203.0.113.10", "2001:db8:a::10"), (USER, "198.51.100.23", "2001:db8:b::23")]
DELAY, LOSS = 0.025, 1 / 60

libc = ctypes.CDLL(None, use_errno=True)
children = []
own_namespace = os.open("/proc/self/ns/net", os.O_RDONLY)


def run(text):
    subprocess.run(text.split(), check=True)


def start(namespace, *words):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    child = subprocess.Popen(["ip", "netns", "exec", namespace, *words], **quiet)
    children.append(child.pid)


def fork(namespace, name, body):
    """Runs a function in a namespace, as a process of this name."""
    pid = os.fork()
    if pid:
        children.append(pid)
        return
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    enter(namespace)
    libc.prctl(15, name.encode(), 0, 0, 0)
    try:
        body()
    finally:
        os._exit(0)


def enter(name):
    with open(f"/run/netns/{name}") as namespace:
        set_namespace(namespace.fileno())


def set_namespace(descriptor):
    if libc.setns(descriptor, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def make_namespaces():
    for name in (EDGE, APP, DB, USER):
        run(f"ip netns add {name}")
        run(f"ip -n {name} link set lo up")
    for a, address_a, b, address_b in LINKS:
        run(f"ip link add {b} netns {a} type veth peer name {a} netns {b}")
        for namespace, device, address in (a, b, address_a), (b, a, address_b):
            run(f"ip -n {namespace} addr add {address}/24 dev {device}")
            run(f"ip -n {namespace} link set {device} up")


def far_ends():
    """A TUN device in both namespaces of the long path, each with a route to the other."""
    tuns = []
    for (namespace, v4, v6), (_, peer4, peer6) in (FAR, FAR[::-1]):
        enter(namespace)
        tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(tun, 0x400454CA, struct.pack("16sH22x", b"far", 0x1001))
        set_namespace(own_namespace)
        run(f"ip -n {namespace} addr add {v4} peer {peer4} dev far")
        run(f"ip -n {namespace} -6 addr add {v6}/128 dev far nodad")
        run(f"ip -n {namespace} link set far up")
        run(f"ip -n {namespace} -6 route add {peer6}/128 dev far")
        tuns.append(tun)
    return tuns


def relay(tuns):
    """Holds every packet for a while, and loses some of the large ones."""
    other = {tuns[0]: tuns[1], tuns[1]: tuns[0]}
    held = []
    while True:
        wait = max(0, held[0][0] - time.monotonic()) if held else None
        for tun in select.select(tuns, [], [], wait)[0]:
            packet = os.read(tun, 65536)
            if len(packet) < 200 or random.random() > LOSS:
                heapq.heappush(held, (time.monotonic() + DELAY, id(packet), other[tun], packet))
        while held and held[0][0] <= time.monotonic():
            _, _, tun, packet = heapq.heappop(held)
            try:
                os.write(tun, packet)
            except OSError:
                pass


def serve_slowly():
    """Has a short accept queue, takes a connection, and never closes it."""
    server = socket.create_server(("10.20.0.7", 9000), backlog=4)
    kept = [server.accept()[0]]
    while kept:
        signal.pause()


def wait_in_queue():
    """A request that is given up, and three that are still to be accepted."""
    waiting = [socket.create_connection(("10.20.0.7", 9000)) for _ in range(4)]
    waiting.pop(0).close()
    while waiting:
        signal.pause()


def visit():
    """Short connections, some of them to a port where nobody listens."""
    while True:
        subprocess.run(["curl", "-s", "-o", "/dev/null", "http://10.20.0.2:443/page"])
        time.sleep(0.6)
        subprocess.run(["curl", "-s", "-o", "/dev/null", "http://10.20.0.2:8080/"])
        time.sleep(0.3)


NGINX = """
worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/log; daemon off;
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; sendfile_max_chunk 64k; root {folder};
  server {{
    listen 443; listen [::]:443;
    location /limited/ {{ alias {folder}/; limit_rate 300k; }}
  }}
}}
"""


def main():
    folder = tempfile.mkdtemp(prefix="nettop-scene-")
    os.chmod(folder, 0o755)
    with open(f"{folder}/nginx.conf", "w") as file:
        file.write(NGINX.format(folder=folder))
    with open(f"{folder}/page", "wb") as file:
        file.write(os.urandom(20_000))
    with open(f"{folder}/video.mp4", "wb") as file:
        file.truncate(4 << 30)

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        make_namespaces()
        tuns = far_ends()
        # Its windows follow loss and delay, so that these can be seen.
        run(f"ip netns exec {EDGE} sysctl -qw net.ipv4.tcp_congestion_control=reno")
        fork(EDGE, "relay", lambda: relay(tuns))
        start(EDGE, "nginx", "-c", f"{folder}/nginx.conf")
        start(DB, "redis-server", "--bind", "10.30.0.5", "--protected-mode", "no", "--save", "")
        fork(APP, "worker", serve_slowly)
        time.sleep(2)
        fork(EDGE, "gateway", wait_in_queue)
        curl = ["curl", "-s", "-g", "-o", "/dev/null"]
        start(USER, *curl, "http://203.0.113.10:443/video.mp4")
        start(USER, *curl, "http://[2001:db8:a::10]:443/limited/video.mp4")
        start(APP, *curl, "http://10.20.0.2:443/limited/video.mp4")
        start(APP, "wget", "-q", "--limit-rate=2m", "-O", "/dev/null",
              "http://10.20.0.2:443/video.mp4")
        for wait in "0.002", "0.05":
            start(APP, "redis-cli", "-h", "10.30.0.5", "-i", wait, "-r", "-1", "incr", "visits")
        fork(APP, "visitor", visit)
        while True:
            signal.pause()
    except KeyboardInterrupt:
        pass
    finally:
        for pid in children:
            os.kill(pid, signal.SIGTERM)
        for name in (EDGE, APP, DB, USER):
            subprocess.run(["ip", "netns", "delete", name], stderr=subprocess.DEVNULL)
        subprocess.run(["rm", "-r", folder])


if __name__ == "__main__":
    main()
