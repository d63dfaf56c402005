# Faxes: a number's calls are handed over to an extension of the engine's own dialplan, and their conversations closed.

flow "fax" {
  numbers = ["070-7666-0099"]
  start   = "take"

  native "take" {
    extension = "fax"
    failed    = "sorry"
  }

  hangup "sorry" {
    sound = "unavailable"
    as    = "noOperator"
  }
}

workflow "faxes are done" {
  on = "call.missed"
  if = number.number == "+827076660099" && call.missed_reason == "workflow"
  do tag { add = ["팩스"] }
  do close {}
}
