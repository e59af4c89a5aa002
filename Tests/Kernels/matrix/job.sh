#!/bin/busybox sh
# What a guest of the matrix does. On the second serial port it reports facts, and of each command
# its output (`out NAME LINE`), its errors (`err NAME LINE`) and its exit status.
report=/dev/ttyS1
nobody='setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/tmp'
sources='bpf diag'

# Those that job.env sets: HELD, the port of a connection that stays open; TRAFFIC, words of the port
# of a connection, the bytes that its client sends and those that its server sends; ENDS, how many
# ends these connections have.
. /job.env
patience=60 # seconds

listen=0A
established=01

fact() {
	echo "fact $1 $2" > $report
}

# NAME: what a command left in /tmp/out and /tmp/err, and its status
emit() {
	status=$?
	sed "s/^/out $1 /" /tmp/out > $report
	sed "s/^/err $1 /" /tmp/err > $report
	echo "status $1 $status" > $report
}

# NAME COMMAND…
run() {
	name=$1
	shift
	start=$(date +%s)
	"$@" > /tmp/out 2> /tmp/err
	emit "$name"
	echo "$name: $(($(date +%s) - start)) s"
}

# COMMAND…: repeats it until it succeeds
await() {
	for second in $(seq $patience); do
		"$@" && return 0
		sleep 1
	done
	echo "still not: $*"
	return 1
}

# PORT STATE: whether a socket of that port is in that state, by its number in the kernel
is_in() {
	cat /proc/net/tcp* | grep -qi "^ *[0-9]*: [0-9A-F]*:$(printf %04X "$1") [0-9A-F:]* $2 "
}

# FILE TEXT COUNT: whether that many lines have it
has() {
	[ "$(grep -c "$2" "$1")" -ge "$3" ]
}

# PID: whether the log has its first lines, or will not have any
begins() {
	has /tmp/out '"event":"existing"' 1 || ! kill -0 "$1" 2> /dev/null
}

# PORT BYTES BYTES: one connection, from its opening to its end. Busybox's nc ends with what it
# receives, so its server answers when it has everything.
converse() {
	nc -l -p "$1" -e sh -c "head -c $2 > /dev/null; head -c $3 /dev/zero" &
	await is_in "$1" $listen
	head -c "$2" /dev/zero | nc 127.0.0.1 "$1" > /dev/null
	wait $!
}

# Which source `auto` begins with; the checks of each source follow later.
choose() {
	nettop doctor --format json > /tmp/out 2> /tmp/err &
	await grep -qE '"check":"(source|programs)"' /tmp/out
	kill -TERM $! 2> /dev/null
	wait $!
	emit auto
}

# SOURCE
log() {
	nettop log --source "$1" --format json --existing > /tmp/out 2> /tmp/err &
	pid=$!
	# That it follows connections shows by one that was there before.
	await begins $pid
	if has /tmp/out '"event":"existing"' 1; then
		for connection in $TRAFFIC; do converse $(echo "$connection" | tr : ' '); done
		await has /tmp/out '"event":"close"' $ENDS
	fi
	kill -TERM $pid 2> /dev/null
	wait $pid
	emit "log-$1"
}

exists() {
	if [ -e "$2" ]; then fact "$1" yes; else fact "$1" no; fi
}

is_mounted() {
	if grep -q " $1 " /proc/mounts; then fact "$1" yes; else fact "$1" no; fi
}

fact version "$(uname -v)"
exists btf /sys/kernel/btf/vmlinux
exists ipv6 /proc/sys/net/ipv6
is_mounted tracefs
is_mounted cgroup2
fact lockdown "$(sed 's/.*\[\(.*\)\].*/\1/' /sys/kernel/security/lockdown)"

choose
for source in $sources; do run doctor-$source nettop doctor --format json --source $source; done

sleep 10000 | $nobody nc -l -p $HELD > /dev/null &
fact server $!
await is_in $HELD $listen
sleep 10000 | $nobody nc 127.0.0.1 $HELD > /dev/null &
fact client $!
await is_in $HELD $established
run list-user $nobody nettop list --format json --no-wait
for source in $sources; do log $source; done
fact end reached
