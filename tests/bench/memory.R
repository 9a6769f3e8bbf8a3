# memory.R FILE THREADS TIMES: what memory.c does, by data.table
suppressMessages(library(data.table))
args <- commandArgs(TRUE)
setDTthreads(as.integer(args[2]))
options(datatable.auto.index = FALSE)
dt <- fread(args[1])
bench <- function(name, work) {
  taken <- replicate(as.integer(args[3]), { gc(); start <- proc.time()[[3]]; work(); proc.time()[[3]] - start })
  cat(sprintf("%s\t%.2f\n", name, median(taken) * 1e3))
}
bench("where gender, age", function() dt[gender == "Female" & age >= 18L & age <= 25L])
bench("where gender", function() dt[gender == "Male"])
bench("count ldu, gender, disposal", function() dt[, .N, by = .(ldu, gender, disposal)])
bench("distinct case_id", function() unique(dt, by = "case_id"))
bench("distinct officer_id, start_date", function() unique(dt, by = c("officer_id", "start_date")))
