# A sub-flow: two numbers ask for a customer's number in the same way. A limited goto lets callers try the whole once more.

flow "identify" {
  start = "number"

  input "number" {
    sound  = "identify-number"
    digits = "6"
    tries  = 2
    save   = "고객번호"
    then   = "right?"
    failed = "once more?"
  }

  check "right?" {
    when {
      if = matches(var.고객번호, "^[1-9][0-9]{5}$")
      go = "known"
    }
    else { go = "once more?" }
  }

  goto "once more?" {
    step  = "number"
    limit = 1
    then  = "unknown"
  }

  set "known" {
    var  = { known = true }
    tags = ["고객 ${var.고객번호}"]
    then = "back"
  }

  set "unknown" {
    var  = { known = false }
    then = "back"
  }

  return "back" {}
}

flow "orders" {
  numbers = ["070-7666-0009"]
  start   = "who?"

  subflow "who?" {
    flow = "identify"
    then = "team"
  }

  check "team" {
    when {
      if = var.known == true
      go = "sales"
    }
    else { go = "help" }
  }

  queue "sales" { team = "판매" }

  goto "help" { flow = "help" }
}

flow "help" {
  numbers = ["070-7666-0010"]
  start   = "support"

  queue "support" {
    team = "지원"
    on "ringTimeOver" { go = "who?" }
  }

  subflow "who?" {
    flow = "identify"
    then = "message"
  }

  voicemail "message" {}
}
