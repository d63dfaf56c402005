# Night duty: from 18:00 to 09:00 whoever is on duty is called on their own telephone; calls that they miss are left to the morning.

flow "night" {
  numbers = ["070-7666-0003"]
  start   = "night?"

  check "night?" {
    when {
      if = time_between("18:00", "09:00")
      go = "urgent?"
    }
    else { go = "day" }
  }

  menu "urgent?" {
    sound = "night-urgent"
    tries = 2
    key "1" { go = "duty" }
    otherwise { go = "message" }
  }

  transfer "duty" {
    to     = "010-9999-0001"
    from   = "070-7666-0003"
    ring   = "25s"
    failed = "second duty"
  }

  transfer "second duty" {
    to     = "010-9999-0002"
    ring   = "25s"
    failed = "message"
  }

  voicemail "message" { as = "notInOperation" }

  queue "day" { team = "지원" }
}

workflow "missed at night" {
  on = "call.missed"
  if = call.missed_reason == "notInOperation" && number.number == "+827076660003"
  do tag { add = ["영업외"] }
  do assign { team = "지원" }
  do note { text = "${time.date} ${time.clock}에 온 전화입니다. 아침에 다시 걸어 주세요." }
}
