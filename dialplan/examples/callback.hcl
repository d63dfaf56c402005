# Callback: who would wait long is offered one before the queue, and everybody while they wait. Those who cannot be called back may leave a message.

flow "callback" {
  numbers = ["070-7666-0007"]
  start   = "long?"

  check "long?" {
    when {
      if = estimated_wait("지원") > 5 * 60 && !caller.withheld
      go = "offer"
    }
    else { go = "queue" }
  }

  menu "offer" {
    sound = "callback-menu"
    tries = 2
    key "1" { go = "call back" }
    otherwise { go = "queue" }
  }

  queue "queue" {
    team     = "지원"
    announce = "1m"
    key "1" { go = "call back" }
    key "2" { go = "message" }
    on "abandonedInQueue" { go = "call back" }
    on "ringTimeOver" { go = "message" }
  }

  callback "call back" { failed = "message" }

  voicemail "message" {}
}
