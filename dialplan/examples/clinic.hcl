# A clinic: closed at lunch, a patient's number and birthday are asked for and looked up. What patients key in is never shown.

hours "clinic" {
  day "mon-fri" { open = ["09:00-12:30", "14:00-18:00"] }
  day "sat" { open = ["09:00-13:00"] }
}

flow "clinic" {
  numbers = ["070-7666-0002"]
  start   = "open?"

  check "open?" {
    when {
      if = open("clinic")
      go = "menu"
    }
    when {
      if = time_between("12:30", "14:00") && time.weekday != "sat" && time.weekday != "sun"
      go = "lunch"
    }
    else { go = "closed" }
  }

  menu "menu" {
    sound = "clinic-menu"
    key "1" { go = "patient" }
    key "2" { go = "reception" }
    otherwise { go = "reception" }
  }

  input "patient" {
    sound  = "clinic-birthday"
    digits = "8"
    save   = "생년월일"
    secret = true
    then   = "file"
    failed = "reception"
  }

  lookup "file" {
    get     = "https://emr.clinic.example/appointments?phone=${caller.number}&born=${var.생년월일}"
    headers = { "X-Key" = "change-me" }
    timeout = "2s"
    save    = "예약"
    then    = "appointment?"
    failed  = "reception"
  }

  check "appointment?" {
    when {
      if = var.예약.today
      go = "today"
    }
    else { go = "reception" }
  }

  set "today" {
    tags     = ["오늘 예약", "${var.예약.doctor} 원장"]
    priority = 5
    then     = "reception"
  }

  queue "reception" {
    team = "접수"
    on "noOperator" { go = "message" }
    on "ringTimeOver" { go = "message" }
  }

  voicemail "message" { max = "1m" }

  hangup "lunch" {
    sound = "clinic-lunch"
    as    = "notInOperation"
  }

  hangup "closed" {
    sound = "closed"
    as    = "notInOperation"
  }
}
