# A shop: a greeting and a menu in office hours, an announcement outside of them.

hours "shop" {
  day "mon-fri" { open = ["10:00-19:00"] }
  day "sat" { open = ["10:00-15:00"] }
  holiday "2026-12-25" {
    name = "성탄절"
    open = []
  }
}

flow "shop" {
  numbers = ["070-7666-0001"]
  start   = "open?"

  check "open?" {
    when {
      if = !open("shop")
      go = "closed"
    }
    else { go = "greeting" }
  }

  play "greeting" {
    sound = "greeting-recorded"
    then  = "menu"
  }

  menu "menu" {
    sound = "shop-menu"
    wait  = "5s"
    tries = 3
    key "1" { go = "orders" }
    key "2" { go = "support" }
    otherwise { go = "support" }
  }

  queue "orders" {
    team     = "판매"
    overflow = ["지원"]
  }

  queue "support" {
    team     = "지원"
    ring     = "20s"
    rounds   = 2
    max_wait = "1h"
    announce = "30s"
    on "ringTimeOver" { go = "message" }
  }

  voicemail "message" {}

  hangup "closed" {
    sound = "closed"
    as    = "notInOperation"
  }
}
