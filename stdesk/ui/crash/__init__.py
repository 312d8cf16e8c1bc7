"""When it goes wrong: reports of faults, a library others hold, going back to where one was."""
