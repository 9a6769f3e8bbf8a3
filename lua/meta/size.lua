---@meta

---@class assay.SampleSizeOptions
---@field population? integer|table<string, integer>  N, from 1 on; without end if not given; or one of each stratum by label
---@field confidence number  C, a share such as 0.80
---@field margin number  e, half the width of the interval, a share such as 0.05
---@field proportion? number  p, the share expected, 0 to 1; if not given, 0.5 for normal, and every count for the others
---@field method? "normal"|"wilson"|"clopper_pearson"|"hyper_tail"|"hyper_wang"  normal, the usual formula, if not given
---@field deff? number  design effect, above 0: the variance against simple random sampling; 1 if not given
---@field response_rate? number  the share of the cases drawn that will answer, above 0; 1 if not given
---@field rounding? "up"|"nearest"  for normal; up if not given; nearest: halves up, so that the margin may be missed

---@class assay.SampleSize
---@field n integer  cases to draw; of strata, the sum
---@field answers integer  cases that must answer: n before it was raised for those that will not
---@field raw? number  normal: `answers` before rounding
---@field first? integer  the fewest answers that reach the margin
---@field stable? integer  the fewest from which on every number of answers does; normal: the same
---@field margin? number  what `answers` reach
---@field method string
---@field population? integer  N; of strata, the sum
---@field convention string  how it was reckoned, in words
---@field strata? assay.Frame  of strata: stratum, population, sample, answers, first, stable, margin
---@field overall? assay.SampleSize  of strata: what all their cases together need for the same margin

--- How many cases a margin asks for. Returns n and how it came about; print the latter.
--- By method normal, the usual formula, with z the normal quantile of (1 + C) / 2,
---   n0 = deff z^2 p (1 - p) / e^2,  raw = n0 / (1 + (n0 - 1) / N),
--- rounded, at least 1 and at most N. 254 cases, 0.80 and 0.05 give 100. p = 0 or 1 gives 1.
--- By the other methods, the smallest n from which on every size keeps half the width of the interval within the
--- margin, whatever the count of yes (`stable`; `first` is the smallest that does): or, with `proportion`, for
--- the count floor(n p + 1/2). wilson and clopper_pearson are those of `assay.interval`. With a population,
--- hyper_tail inverts the exact tests of each tail, and hyper_wang is the shortest interval that covers as
--- often as it says; 254 cases need 107 by either, for with 100 the half-width of hyper_tail reaches 0.0531.
--- A design effect multiplies the size in a population without end, of which n is the corrected one. The cases
--- to draw are the answers divided by the response rate, rounded up.
--- A table of populations by label sizes each stratum, or domain, by itself: n is the sum, what drawing each
--- apart takes, and `overall` is for all of the cases together: three times 84 need 56 each, which is 168, and 100.
--- Errors: shares outside 0 to 1 (80? write 0.80), more than 2^53 cases (hyper_tail, hyper_wang: 2^31 - 1),
--- hyper_tail and hyper_wang without a population, what would take too long: hyper_wang above a population times
--- a sample of 10,000,000, clopper_pearson and hyper_tail for margins of a fraction of a point.
--- Sources: Cochran (1977), Sampling Techniques, 3rd ed., chapter 4; Buonaccorsi (1987); Wang (2015).
---@param options assay.SampleSizeOptions
---@return integer n
---@return assay.SampleSize details
function assay.sample_size(options) end

---@class assay.MarginOptions
---@field n integer  cases that answered
---@field population? integer  N, at least n; without end if not given, or math.huge
---@field confidence number  C, a share such as 0.80
---@field proportion? number  p, 0 to 1; if not given, 0.5, the worst case, for normal, and every count for the others
---@field method? "normal"|"wilson"|"clopper_pearson"|"hyper_tail"|"hyper_wang"  normal if not given

--- The margin that n cases reach, a share. By method normal z sqrt(p (1 - p) / n * (N - n) / (N - 1)), z the
--- normal quantile of (1 + C) / 2: math.huge where n = 0. By the others half the width of the interval, of the
--- widest of all counts or, with `proportion`, of the count floor(n p + 1/2): 1/2 where n = 0. 0 where n = N.
--- 100 of 254 cases at 0.80: 0.0500 by normal, 0.0531 by hyper_tail.
--- Source: Cochran (1977), chapter 4.
---@param options assay.MarginOptions
---@return number
function assay.margin(options) end

---@class assay.ConfidenceOptions
---@field n integer  cases that answered
---@field population? integer  N, at least n; without end if not given, or math.huge
---@field margin number  e, a share such as 0.05
---@field proportion? number  p, 0 to 1; 0.5, the worst case, if not given

--- The confidence at which n cases reach a margin: 2 Phi(e / s) - 1 with s = sqrt(p (1 - p) / n *
--- (N - n) / (N - 1)). A share; 1 where n = N, 0 where n = 0.
--- Source: Cochran (1977), chapter 4.
---@param options assay.ConfidenceOptions
---@return number
function assay.confidence(options) end

---@class assay.PopulationRangeOptions
---@field n integer  the size, at least 1
---@field confidence number  C, a share such as 0.80
---@field margin number  e, a share such as 0.05
---@field proportion? number  p, 0 to 1; 0.5 if not given
---@field rounding? "up"|"nearest"  up if not given

--- The populations for which `assay.sample_size` gives this size: lowest and highest, the latter math.huge
--- if there is no end to them. nil if there is none. A report that states its sample size, confidence and
--- margin says so how many cases were eligible: 24 cases at 0.80 and 0.05 were drawn from 27.
---@param options assay.PopulationRangeOptions
---@return integer|nil low
---@return number|nil high
function assay.population_range(options) end

---@class assay.DiscoverySizeOptions
---@field population? integer  N, from 1 to 2^31 - 1; without end if not given, or math.huge
---@field confidence number  C, a share such as 0.95
---@field tolerable_rate number  the share of failing cases that is not to go unseen, such as 0.05
---@field acceptance_number? integer  c, the failing cases in the sample that are put up with; 0 if not given

--- The smallest sample that shows a rate to be below the tolerable one: if that share of the cases failed, rounded
--- up to whole cases, more than c of the sample would with at least the confidence. Hypergeometric with a
--- population, else binomial: 0.95 and 0.05 take 59 cases, of 252 cases 51; with c = 1, 93 and 79.
--- Errors: a tolerable rate of which no sample can tell, because c failing cases are as many or more.
--- Source: the binomial sizes are those of AICPA (2017), Audit Guide: Audit Sampling, tables A-1 and A-2.
---@param options assay.DiscoverySizeOptions
---@return integer n
function assay.discovery_size(options) end

---@class assay.ChangeSizeOptions
---@field from number  p1, the share expected in the first wave, 0 to 1
---@field to number  p2, the share expected in the second
---@field confidence number  of the two-sided test
---@field power number  the probability of seeing the change, a share such as 0.80
---@field populations? number[]  N1 and N2, math.huge for one without end; both without end if not given

--- How many cases each of two waves, or groups, needs to show a change from p1 to p2. With p = (p1 + p2) / 2,
---   [z_alpha/2 sqrt(2 p (1-p)) + z_beta sqrt(p1 (1-p1) + p2 (1-p2))]^2 / (p1 - p2)^2,
--- each corrected for its population and rounded up. From 0.5 to 0.6 at 0.80 and 0.80 takes 223 cases each.
--- Errors: from and to are the same share, which no sample tells apart.
--- Source: Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, section 4.2.
---@param options assay.ChangeSizeOptions
---@return integer n of the first wave
---@return integer n of the second
function assay.change_size(options) end
