# statfile.R -- the files of the tests that R writes: Rscript statfile.R (haven 2.5.1, foreign 0.8-84).
library(haven)
answers <- data.frame(
  id = c(107, 108, 109, 110),
  answer = labelled_spss(c(1, 2, 9, NA), c(Yes = 1, No = 2, Refused = 9), na_values = 9, label = "Was it done?"),
  age = labelled_spss(c(33, 95, 41, 99), c(`Not known` = 99), na_range = c(90, Inf)),
  start = as.Date(c("2018-11-05", "1960-01-01", NA, "1582-10-15")),
  called = as.POSIXct(c("2018-11-05 13:30:05", "1969-12-31 23:59:59", NA, "2018-11-06 00:00:00"), tz = "UTC"),
  large = c(2^53 - 1, 2^53, -0.1, 1e300),
  note = c("Zo\u00eb", strrep("x", 700), "", NA))
write_sav(answers, "haven.sav")
write_sav(answers, "haven-z.sav", compress = "zsav")
write_sav(answers[0, ], "haven-norows.sav")
write_sav(data.frame(x = c(1, NA, 3)), "haven-one.sav")

stata <- data.frame(
  id = c(107L, 108L, 109L, 110L),
  answer = labelled(c(1, 2, tagged_na("r"), tagged_na("z")), c(Yes = 1, No = 2, Refused = tagged_na("r"))),
  start = answers$start,
  called = answers$called,
  small = c(0.5, NA, -1.25, 3),
  note = c("Zo\u00eb", "x", "", "y"))
attr(stata$start, "label") <- "Start of the order"
for (version in c(8, 13, 14)) write_dta(stata, sprintf("haven-%d.dta", version), version = version)
write_dta(stata[0, ], "haven-norows.dta")

foreign::write.dta(data.frame(id = 1:3, tier = factor(c("High", "Low", "High"), levels = c("Low", "High")),
  x = c(1.5, NA, -2)), "foreign-7.dta", version = 7L)
