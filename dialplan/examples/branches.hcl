# Branches help each other out: a call goes to the branch that is free, else it waits at home; what nobody takes goes to the head office.

flow "branches" {
  numbers = ["070-7666-0006"]
  start   = "who is free?"

  check "who is free?" {
    when {
      if = free_agents("서울") > 0 || waiting("서울") < 3
      go = "서울"
    }
    when {
      if = free_agents("부산") > 0
      go = "부산"
    }
    else { go = "please wait" }
  }

  play "please wait" {
    sound = "please-wait"
    then  = "서울"
  }

  queue "서울" {
    team     = "서울"
    overflow = ["부산", { team = "판매", rounds = 2 }]
    max_wait = "10m"
    on "noOperator" { go = "부산" }
    on "abandonedInQueue" { go = "head office" }
    on "ringTimeOver" { go = "head office" }
  }

  queue "부산" {
    team     = "부산"
    max_wait = "5m"
    on "noOperator" { go = "head office" }
    on "abandonedInQueue" { go = "head office" }
    on "ringTimeOver" { go = "head office" }
  }

  transfer "head office" {
    to     = "02-123-4567"
    failed = "sorry"
  }

  hangup "sorry" { sound = ["unavailable", "try-later"] }
}
