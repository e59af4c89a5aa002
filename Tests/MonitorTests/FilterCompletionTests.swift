import Samples
import Testing

@testable import Monitor

struct FilterCompletionTests {
  private func candidates(_ text: String, at cursor: Int? = nil) -> [String] {
    let table = Sample.model().table
    return FilterCompletion(text, cursor: cursor ?? text.count, table).candidates
  }

  @Test(arguments: [
    ("retransmit_", ["retransmit_share"]), ("RTT", ["rtt", "rttvar_us"]), ("tag", ["tagged"]),
    ("curl and (po", ["port", "postgres-proxy"]),
    ("state=cl", ["closed", "close-wait", "closing"]),
    ("state = fin-wait-", ["fin-wait-1", "fin-wait-2"]), ("a direction!=o", ["out"]),
    ("netns=w", ["web"]), ("netns=", ["host", "web"]),
    ("process=", ["curl", "nginx", "postgres-proxy", "sshd"]),
    ("process~s", ["sshd"]), ("user='a", ["ann"]),
    ("command=\"nginx: w", ["\"nginx: worker process\""]),
    (
      "retr",
      [
        "retrans", "retransmits_syn", "retransmits_fast", "retransmit_share", "retransmits_probe",
        "retransmits_timeout",
      ]
    ),
    ("rtt > 5 m", []), ("pid=1", ["1234"]), ("rp", ["rport"]), ("la", ["laddr"]), ("RP", ["rport"]),
    ("not ngi", ["nginx"]), ("nofield=1", []), ("xyz", []), ("rtt>5 an", ["and"]),
    ("state=estab lis", ["listen"]),
  ])
  func proposes(_ text: String, expected: [String]) {
    #expect(candidates(text) == expected)
  }

  @Test func proposesAtTheCursor() {
    #expect(candidates("pro and curl", at: 3) == ["proto", "process"])
    #expect(candidates("").count > 40)
    #expect(candidates("rtt>50ms ").count > 40)
    let completion = FilterCompletion("a state=est b", cursor: 11, Sample.model().table)
    #expect(completion.range == 8..<11)
    #expect(completion.commonPrefix == "estab")
  }

  @Test func proposesWhatAFieldAloneMayBe() {
    let table = Sample.model().table
    func completion(_ field: FilterField, _ typed: String) -> FilterCompletion {
      FilterCompletion(of: field, beginning: typed, replacing: typed.count, table)
    }
    #expect(completion(.pid, "").candidates == ["77", "900", "1234", "4321"])
    #expect(completion(.pid, "").notes["1234"] == "curl")
    #expect(completion(.pid, "9").candidates == ["900"])
    #expect(completion(.pid, "5").candidates.isEmpty)
    #expect(completion(.namespace, "W").candidates == ["web"])
    #expect(completion(.user, "").candidates == ["33", "ann", "postgres", "root"])
    #expect(completion(.user, "p").range == 0..<1)
  }
}
