# rake.R FILE TO THREADS: weights that meet four margins, by proportional fitting of their joint cells
suppressMessages(library(data.table))
args <- commandArgs(TRUE)
setDTthreads(as.integer(args[3]))
shares <- list(
  ldu = c(Barton = .29, `Colne Valley` = .235, Eastmoor = .16, `Harrow Cross` = .15, `North Fell` = .105, Southgate = .06),
  gender = c(Male = .9, Female = .1), rosh = c(Low = .26, Medium = .5, High = .2, `Very high` = .04),
  tier = c(A = .08, B = .12, C = .17, D = .2, E = .2, F = .15, G = .08))
dt <- fread(args[1], select = c("case_id", names(shares)))
codes <- Map(function(column, share) match(dt[[column]], names(share)), names(shares), shares)
sizes <- lengths(shares)
place <- 1L + Reduce(`+`, Map(function(code, step) (code - 1L) * step, codes, as.integer(cumprod(c(1, sizes))[1:4])))
before <- after <- array(as.numeric(tabulate(place, prod(sizes))), sizes)
repeat {
  for (m in 1:4) after <- sweep(after, m, nrow(dt) * shares[[m]] / apply(after, m, sum), `*`)
  off <- sapply(1:4, function(m) max(abs(apply(after, m, sum) / (nrow(dt) * shares[[m]]) - 1)))
  if (max(off) < 1e-10) break
}
fwrite(data.table(case_id = dt$case_id, weight = (after / before)[place]), args[2])
