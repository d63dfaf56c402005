# Survey: who has talked is asked for a grade; who gives a bad one is asked why, and the team leader is told.

flow "survey" {
  numbers = ["070-7666-0008"]
  start   = "queue"

  queue "queue" {
    team = "지원"
    on "talked" { go = "grade" }
  }

  survey "grade" {
    save = "점수"
    then = "bad?"
  }

  check "bad?" {
    when {
      if = var.점수 != null && to_number(var.점수) <= 2
      go = "tag"
    }
    else { go = "bye" }
  }

  set "tag" {
    tags = ["불만족 ${var.점수}"]
    then = "why"
  }

  voicemail "why" {
    sound = "survey-why"
    max   = "1m"
    then  = "bye"
  }

  hangup "bye" {}
}

workflow "bad grade" {
  on = "conversation.tagged"
  if = starts_with(event.tag, "불만족")
  do assign { agent = "minah@example.com" }
  do note { text = "${contact.name} 고객님이 낮은 점수를 주셨습니다." }
  do webhook { url = "https://hooks.example/grades" }
}
