# domains.R ANSWERS TIMES: the same by R's survey, whose svymean has no limits.
suppressMessages(library(survey))
args <- commandArgs(TRUE)
d <- read.csv(args[1])
d$domain <- factor(d$domain)
Q <- paste0("q", 1:40)
des <- svydesign(ids = ~1, strata = ~stratum, fpc = ~population, data = d)
run <- function(name, f) {
  took <- sapply(seq_len(as.integer(args[2])), function(i) { p <- proc.time(); f(); p <- proc.time() - p; p[[1]] + p[[2]] })
  cat(sprintf("%s\t%.3f\n", name, 1000 * median(took)))
}
ciprop <- function(method) lapply(Q, function(q)
  svyby(as.formula(paste0("~", q)), ~domain, des, svyciprop, vartype = "ci", method = method))
run("by the rule", function() svyby(as.formula(paste("~", paste(Q, collapse = "+"))), ~domain, des, svymean))
run("logit", function() ciprop("logit"))
run("korn_graubard", function() ciprop("beta"))
