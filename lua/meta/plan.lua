---@meta

---@class assay.PlanOptions
---@field frame assay.Frame  the eligible cases
---@field id? string  the column that names a case; the frame's own if not given
---@field strata? string|string[]  columns whose combinations of levels are sampled separately
---@field size? integer  cases to draw; or give confidence and margin
---@field confidence? number  a share such as 0.80
---@field margin? number  half the width of the interval, a share such as 0.05
---@field proportion? number  the share expected; 0.5, the worst case, if not given
---@field allocation? "proportional"|"equal"|"neyman"|"neyman_exact"|"optimal"|"power"|table<string, integer>  or sizes by label
---@field power? number  for allocation "power": from 0 (equal) to 1 (proportional); 0.5 if not given
---@field sd? table<string, number>  by label, for neyman, neyman_exact and optimal: the standard deviation of what is measured
---@field cost? table<string, number>  by label, for optimal: what a case costs
---@field minimum? integer|table<string, integer>  least cases of a stratum; 2 if not given (1 case has no variance)
---@field maximum? integer|table<string, integer>  most cases of a stratum
---@field rounding? "largest_remainder"|"round_robin"|"random"  how sizes are made whole
---@field reserve? number  further cases for each stratum, as a share of its sample: 0.20
---@field within? string|string[]  with round_robin: columns that part each stratum further, such as cluster, ldu, officer
---@field cap? table<string, integer>  a column and the most cases that one of its values may have: { officer = 6 }

--- How many cases from where. A stratum's label is its levels joined by " / "; strata stand in byte order of their
--- labels. Whatever was not possible as asked is said in `plan.shortfall` and heads the printed plan. Ids must be there
--- and differ; a level must be there and not be empty.
---
--- Allocation, with N the population of a stratum, S its standard deviation, c its cost: sizes in proportion to N
--- (proportional), 1 (equal), N S (neyman), N S / sqrt(c) (optimal), N^power (power). neyman_exact gives the whole
--- numbers of least variance, at least 1 each. Of a yes-no question whose share was p when it was last asked,
--- S = math.sqrt(p * (1 - p)). Minimum, maximum and populations are met all at once: what a bounded stratum does not
--- take goes to the others in proportion. A stratum whose minimum is its population is a certainty stratum, taken
--- whole; so is one whose share passes its population. Sizes add up to the size exactly; bounds that cannot be met
--- are an error. A minimum for all goes down to the population of a small stratum; one by label must be possible.
---
--- Rounding: by largest remainder (ties: the larger share, then the lower label); round_robin, the rule of the
--- Ministry of Justice's sampler: halves up, then one more or less in turns, reserves rounded with the sample (with
--- minimum = 0 its very sizes); random:
--- `plan.strata.sample` is an expected number, which each draw rounds up or down from its seed, so that the probability
--- is that number / N for every case (systematic rounding: the sizes add up in every draw).
---
--- within, with rounding = "round_robin", is that sampler: sample and reserves of a stratum go down from part to part in
--- proportion, and a case is drawn at random in the last part. Parts whose share rounds to 0 have no chance:
--- `plan.zero_probability` counts those cases, `plan.status` is "model_based", and so is a survey. cap, for the last column of
--- within, moves what is too much to others of the same part, and drops what finds no place.
--- cap alone: strata in order of their labels, tickets ascending; a case whose officer has as many as the cap is passed
--- over and stands in `sample.passed_over`; once any was, probabilities are estimated by 10,000 replays.
---@param options assay.PlanOptions
---@return assay.Plan
function assay.plan(options) end

---@class assay.Plan
---@field size integer  cases to draw
---@field strata assay.Frame  stratum, the strata columns, population, sample, reserve, probability
---@field shortfall string[]  what could not be had as asked, in words and numbers
---@field confidence? number
---@field margin? number
---@field reserve number
---@field allocation string
---@field rounding? string  as given
---@field status? string  "model_based" where strata are parted by rule (within)
---@field zero_probability integer  cases that such a rule gives no chance to be in the sample
---@field fingerprint string  of the list of cases: the sum of the first 52 bits of their tickets under the seed "frame"
local Plan = {}

---@class assay.DrawOptions
---@field seed string  1 to 64 of the characters A-Z a-z 0-9 . _ -
---@field method? "srs"  simple random sampling without replacement in each stratum

--- Draws the sample. Contract prn-1: a case's ticket is the SHA-256 of "prn-1|SEED|ID" in hexadecimal digits;
--- a stratum's sample is its smallest tickets, its reserves are the next ones. The order of the rows, the
--- machine and the program do not matter, and a shell checks one case:
---   printf 'prn-1|%s|%s' "$seed" "$id" | sha256sum
---@param options assay.DrawOptions
---@return assay.Sample
function Plan:draw(options) end
