# Two languages: callers choose once, and hear and get everything in their language from then on.

flow "languages" {
  numbers  = ["070-7666-0005"]
  start    = "language"
  language = "ko"

  menu "language" {
    sound = "language-menu"
    tries = 2
    key "1" { go = "greeting" }
    key "2" { go = "english" }
    otherwise { go = "greeting" }
  }

  set "english" {
    language = "en"
    tags     = ["English"]
    var      = { english = true }
    then     = "greeting"
  }

  play "greeting" {
    sound = "greeting-recorded"
    then  = "who?"
  }

  check "who?" {
    when {
      if = var.english
      go = "english speakers"
    }
    else { go = "support" }
  }

  queue "english speakers" {
    team     = "지원"
    skills   = { 영어 = 3 }
    overflow = ["판매"]
    on "noOperator" { go = "message" }
    on "ringTimeOver" { go = "message" }
  }

  queue "support" { team = "지원" }

  voicemail "message" {}
}
