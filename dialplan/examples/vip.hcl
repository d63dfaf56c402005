# Important customers go before the others and to those who know them; the shop's own server says who they are. Debtors go to accounting.

flow "vip" {
  numbers = ["070-7666-0004"]
  start   = "known?"

  check "known?" {
    when {
      if = tagged("VIP") || contact.fields["등급"] == "골드"
      go = "vip"
    }
    when {
      if = caller.withheld
      go = "everybody"
    }
    else { go = "crm" }
  }

  lookup "crm" {
    get     = "https://crm.example/customers?phone=${caller.number}"
    timeout = "1s"
    save    = "고객"
    then    = "grade?"
    failed  = "everybody"
  }

  check "grade?" {
    when {
      if = var.고객.debt > 0
      go = "accounting"
    }
    when {
      if = var.고객.orders >= 10 || contains(var.고객.labels, "vip")
      go = "vip"
    }
    else { go = "everybody" }
  }

  set "vip" {
    priority = 9
    tags     = ["VIP"]
    then     = "to their agent"
  }

  assign "to their agent" {
    agent = "minah@example.com"
    then  = "best"
  }

  queue "best" {
    team      = "지원"
    automatic = true
    strategy  = "skillPriority"
    skills    = { vip = 5 }
    overflow  = ["*"]
  }

  queue "accounting" { team = "경리" }

  queue "everybody" { team = "지원" }
}
