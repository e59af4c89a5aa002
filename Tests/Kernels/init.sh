#!/bin/busybox sh
# The first process of a guest: mounts what programs expect, but nothing of the type WITHOUT (a
# parameter of the kernel), runs /job and switches the guest off.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/busybox HOME=/root TERM=linux
/bin/busybox mkdir -p /busybox
/bin/busybox --install -s /busybox
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tmpfs run /run
mount -t tmpfs tmp /tmp
[ "$WITHOUT" = cgroup2 ] || mount -t cgroup2 cgroup /sys/fs/cgroup
mount -t bpf bpf /sys/fs/bpf
[ "$WITHOUT" = tracefs ] || mount -t tracefs tracing /sys/kernel/tracing
mount -t securityfs security /sys/kernel/security 2>/dev/null
ln -s /proc/self/fd /dev/fd
stty -F /dev/ttyS1 raw
ip link set lo up
hostname guest
ulimit -n 65536
/job
sync
reboot -f
