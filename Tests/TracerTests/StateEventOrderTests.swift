import Connections
import Testing

@testable import Tracer

@Suite struct StateEventOrderTests {
  private func event(at time: UInt64, cpu: UInt16 = 0, socket: UInt64 = 1) -> StateEvent {
    StateEvent(
      kind: .resetSent,
      time: Timestamp(nanoseconds: Int64(time)),
      monotonic: time,
      socket: socket,
      cookie: nil,
      proto: .tcp,
      family: nil,
      local: nil,
      remote: nil,
      resetReason: nil,
      current: StateEvent.Current(pid: 1, uid: 0, gid: 0, name: ""),
      cpu: cpu,
      context: 0
    )
  }

  @Test func `is that of the times, across CPUs`() {
    var order = StateEventOrder()
    for time in [10, 30, 50] { order.add(event(at: UInt64(time), cpu: 0)) }
    for time in [20, 40] { order.add(event(at: UInt64(time), cpu: 1)) }
    #expect(order.take(until: .max).map(\.monotonic) == [10, 20, 30, 40, 50])
    #expect(order.take(until: .max) == [])
  }

  @Test func `of late events is kept, as others wait for them`() {
    var order = StateEventOrder()
    order.add(event(at: 10))
    order.add(event(at: 30))
    #expect(order.take(until: 20).map(\.monotonic) == [10])
    order.add(event(at: 25, cpu: 1))
    #expect(order.take(until: 30).map(\.monotonic) == [25, 30])
  }

  @Test func `of one time is that of arrival`() {
    var order = StateEventOrder()
    for socket in 1...100 { order.add(event(at: 7, socket: UInt64(socket))) }
    #expect(order.take(until: 7).map(\.socket) == Array(1...100))
  }

  @Test func `has the time that the host was suspended, once it was`() {
    var suspended = SuspendedTime()
    suspended.take(atLeast: -20, atMost: 30)
    #expect(suspended.nanoseconds == 0)
    suspended.take(atLeast: 1000, atMost: 1100)
    #expect(suspended.nanoseconds == 1050)
    suspended.take(atLeast: 1020, atMost: 1400)
    #expect(suspended.nanoseconds == 1050)
    let clock = BootClock()
    #expect(
      clock.timestamp(monotonicNanoseconds: 5000, suspended: suspended)
        == clock.timestamp(bootNanoseconds: 6050)
    )
  }
}
