#!/bin/sh
# What a guest does: tells on the second serial port what its kernel has, then what tests tell.
. /job.env
events=/dev/ttyS1

fact() {
	echo "fact $1 $2" > $events
}

# NAME COMMAND…: whether it succeeds
ask() {
	name=$1
	shift
	if "$@" > /dev/null 2>&1; then fact "$name" yes; else fact "$name" no; fi
}

fact release "$(uname -r)"
nettop doctor --format json > /tmp/doctor 2>&1
fact doctor $?
cat /tmp/doctor
ask "function hooks" grep -q 'is known at once' /tmp/doctor
ask "typed pass" grep -q 'directly (bpf_rdonly_cast)' /tmp/doctor
ask "UDP" grep -q '"UDP","status":"ok"' /tmp/doctor
ask "drop reasons" grep -q reason /sys/kernel/tracing/events/skb/kfree_skb/format
ask "reset reasons" grep -q reason /sys/kernel/tracing/events/tcp/tcp_send_reset/format

nettop list -n 1 > /tmp/answer 2>&1
fact status $?
cat /tmp/answer
sed 's/^/says /' /tmp/answer > $events

mkfifo /run/events
grep --line-buffered -E \
	'"kind":"(testStarted|testEnded|testSkipped|issueRecorded|runEnded)"' \
	< /run/events > $events &
/nettop/nettopPackageTests.xctest --testing-library swift-testing --no-parallel \
	--event-stream-output-path /run/events --event-stream-version 0 --filter "$FILTER"
wait
fact end reached
